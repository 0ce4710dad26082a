import { describe, expect, test } from '@jest/globals';
import { durationMs, parseDurationMs } from './duration.ts';

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
    ['1h1m1s1ms', 3_661_001],
    ['1s1m', 61_000],
  ])('%s', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each(['', '30', 's', '-1s', '1 s', '1d', '1us', '1s\n', '1.s', '.5s', '1234567s', '１s'])(
    '%p is none',
    (text) => {
      expect(parseDurationMs(text)).toBeUndefined();
      expect(() => durationMs(text)).toThrow(RangeError);
    },
  );
});
