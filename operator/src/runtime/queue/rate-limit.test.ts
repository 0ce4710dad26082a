import { describe, expect, test } from '@jest/globals';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createBucket } from './bucket.ts';
import { createRateLimiter } from './rate-limit.ts';

describe('rate limiter', () => {
  test('doubles by key up to its cap, and begins anew after forget', () => {
    const limiter = createRateLimiter({ clock: createFakeClock(), initialMs: 100, maxMs: 1_000, random: () => 0 });
    const next = (key: string, times: number): number[] => Array.from({ length: times }, () => limiter.delayMs(key));
    expect(next('a', 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(next('b', 1)).toEqual([100]);
    expect(limiter.failures('a')).toBe(6);
    limiter.forget('a');
    expect(next('a', 2)).toEqual([100, 200]);
  });

  test('is spread by up to a fifth', () => {
    const limiter = createRateLimiter({ clock: createFakeClock(), initialMs: 100, random: () => 0.999 });
    expect(limiter.delayMs('a')).toBeCloseTo(120, 0);
  });

  test('many keys that fail at once share one bucket', () => {
    const limiter = createRateLimiter({
      clock: createFakeClock(),
      initialMs: 1,
      perSecond: 10,
      burst: 5,
      random: () => 0,
    });
    const delays = Array.from({ length: 25 }, (_, index) => limiter.delayMs(`job-${index}`));
    expect(delays.filter((delayMs) => delayMs === 1)).toHaveLength(5);
    expect(delays.at(-1)).toBe(2_000);
  });
});

describe('bucket', () => {
  test('gives a burst, then its rate', async () => {
    const clock = createFakeClock();
    const bucket = createBucket(clock, 2, 3);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    await clock.advance(500);
    expect([1, 2].map(() => bucket.tryTake())).toEqual([true, false]);
    await clock.advance(3_600_000);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
  });
});
