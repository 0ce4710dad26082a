import { describe, expect, test } from '@jest/globals';
import { FAULT_KINDS, planRound, ROUND_KINDS } from './plan.ts';
import { randomFrom } from './random.ts';

const base = { seed: 7, workers: 2, messages: 1000, ackWaitMs: 2000 };

describe('a round', () => {
  test.each(ROUND_KINDS)('%s is the same for the same seed, and another for another', (kind) => {
    expect(planRound({ ...base, kind })).toEqual(planRound({ ...base, kind }));
    expect(planRound({ ...base, kind })).not.toEqual(planRound({ ...base, kind, seed: 8 }));
  });

  test.each(ROUND_KINDS)('%s has its faults in order and in the middle of the work', (kind) => {
    const { faults } = planRound({ ...base, kind });
    const places = faults.map(({ at }) => at);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const at of places) expect(at > 0 && at < 1).toBe(true);
    for (const { worker } of faults) expect([0, 1]).toContain(worker);
  });

  test('of everything has each kind', () => {
    const kinds = planRound({ ...base, kind: 'everything' }).faults.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(FAULT_KINDS));
  });

  test('pauses for longer than the ack wait', () => {
    for (const { forMs } of planRound({ ...base, kind: 'pause-worker' }).faults) expect(forMs).toBeGreaterThan(2000);
  });
});

test('chance is spread evenly', () => {
  const random = randomFrom(1);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, number) => sum + number, 0) / 10_000).toBeCloseTo(0.5, 1);
});
