import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff.ts';

test.each([
  [1, 1000],
  [2, 2000],
  [4, 8000],
  [7, 60_000],
  [5000, 60_000],
])('after %i failures the wait is %i ms', (failures, waitMs) => {
  expect(backoffMs({ initialMs: 1000, maxMs: 60_000 }, failures)).toBe(waitMs);
});
