import { expect, test } from '@jest/globals';
import { type Told } from '../findings/progress.ts';
import { emptyMeter, measure, throughputOf } from './throughput.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

function told(podUid: string, atSeconds: number, finished: number, startedAt = '2026-01-01T00:00:00Z'): Told {
  const time = new Date(START_MS + atSeconds * 1_000).toISOString();
  const counts = { finished, emitted: finished * 2, failed: 0, deadLettered: 1, unrouted: 2, duplicates: 3 };
  return { podUid, startedAt, time, counts } as Told;
}

test('rates are sums over workers, measured over at least ten seconds', () => {
  const first = measure(emptyMeter, [told('a', 0, 0), told('b', 0, 100)]);
  expect(throughputOf(first, [told('a', 0, 0), told('b', 0, 100)]).inPerSecond).toBe(0);
  const soon = measure(first, [told('a', 5, 500), told('b', 5, 100)]);
  expect(throughputOf(soon, []).inPerSecond).toBe(0);
  const later = [told('a', 20, 1_000), told('b', 20, 300)];
  expect(throughputOf(measure(soon, later), later)).toEqual({
    inPerSecond: 60,
    outPerSecond: 120,
    failedPerSecond: 0,
    deadLettered: 2,
    unrouted: 4,
    duplicates: 6,
  });
});

test('a worker that began anew counts from nothing, and one that is gone is forgotten', () => {
  const first = measure(emptyMeter, [told('a', 0, 1_000), told('b', 0, 0)]);
  const next = measure(first, [told('a', 20, 10, '2026-01-01T00:00:15Z')]);
  expect(throughputOf(next, []).inPerSecond).toBe(0);
  expect(next.size).toBe(1);
});
