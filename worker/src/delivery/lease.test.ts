import { expect, test } from '@jest/globals';
import type { Delivery } from '@streamjob/nats';
import { InHand } from './in-hand.ts';
import { leaseDue, leaseExpired, Standstill } from './lease.ts';

test.each([
  [500, false, false],
  [501, true, false],
  [1000, true, false],
  [1001, true, true],
])('after %i of 1000 ms a lease is due: %s, expired: %s', (afterMs, due, expired) => {
  const message = new InHand({ deliveries: 1 } as Delivery, 10_000);
  expect(leaseDue(message, 1000, 10_000 + afterMs)).toBe(due);
  expect(leaseExpired(message, 1000, 10_000 + afterMs)).toBe(expired);
});

test('a standstill is seen once, by the first sign of life after it', () => {
  const standstill = new Standstill(1000, 0);
  expect([900, 1800, 2900, 2901].map((nowMs) => standstill.observe(nowMs))).toEqual([false, false, true, false]);
});
