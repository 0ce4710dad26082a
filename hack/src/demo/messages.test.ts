import { describe, expect, test } from '@jest/globals';
import { expectMessage, nothingExpected } from './expected.ts';
import { countFlights, readFlights } from './flights.ts';
import { toMessage } from './messages.ts';

const flight = { date: '2001-01-01T00:47:00.000Z', delay: 66, distance: 1750, origin: 'DTW', destination: 'LAS' };
const key = Buffer.from('key');

test('the file holds three million flights', async () => {
  expect(await countFlights()).toBe(3_000_000);
});

test('reads flights in the order of the file', async () => {
  const flights = await Array.fromAsync(readFlights(2));
  expect(flights).toEqual([
    { date: '2001-01-01T00:01:00.000Z', delay: 33, distance: 2176, origin: 'LAS', destination: 'PHL' },
    { date: '2001-01-01T00:01:00.000Z', delay: 19, distance: 215, origin: 'ATL', destination: 'SAV' },
  ]);
});

describe('toMessage', () => {
  test('carries the flight and the run', () => {
    const { subject, payload, damage } = toMessage(flight, 7, 'run');
    expect(subject).toBe('flights.DTW');
    expect(damage).toBeUndefined();
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ id: 'run-7', ...flight, tailNumber: 'N00007' });
  });

  test('damages each 8,000th, in five ways', () => {
    const kinds = [0, 1, 2, 3, 4].map((n) => toMessage(flight, n * 8_000 + 4_321, 'run').damage);
    expect(kinds).toEqual(['cut off', 'no origin', 'delay in words', 'not UTF-8', 'negative distance']);
  });
});

describe('expectMessage', () => {
  const cases: Record<
    string,
    { delay: number; row: number; filtered: number; delays: number; alerts: number; damaged: number }
  > = {
    'a punctual flight is filtered': { delay: 60, row: 1, filtered: 1, delays: 0, alerts: 0, damaged: 0 },
    'a late one is emitted': { delay: 61, row: 1, filtered: 0, delays: 1, alerts: 0, damaged: 0 },
    'three hours are no alert': { delay: 180, row: 1, filtered: 0, delays: 1, alerts: 0, damaged: 0 },
    'a very late one goes to both': { delay: 181, row: 1, filtered: 0, delays: 1, alerts: 1, damaged: 0 },
    'a damaged one is a dead letter': { delay: 181, row: 4_321, filtered: 0, delays: 0, alerts: 0, damaged: 1 },
  };
  test.each(Object.entries(cases))('%s', (_name, { delay, row, ...counts }) => {
    const expected = nothingExpected();
    expectMessage(expected, toMessage({ ...flight, delay }, row, 'run'), key);
    const { results, published, ...rest } = expected;
    expect({ ...rest, delays: results.delays.size, alerts: results.alerts.size }).toEqual(counts);
    expect(published).toBe(1);
  });
});
