import { parseProgress } from '@streamjob/crds';
import { describe, expect, test } from '@jest/globals';
import { createCounts } from './counts.ts';
import { stuck } from './liveness.ts';
import { serveProbes } from './probes.ts';
import { progressOf, type Observed } from './progress.ts';

const clock = { wallMs: () => 1_000_000, monotonicMs: () => 50_000 };
const observed: Observed = {
  uid: 'u',
  revision: 'r',
  startedMs: 0,
  clock,
  counts: createCounts(),
  connected: true,
  account: 'A',
  draining: false,
  source: { kind: 'pulling' },
  loop: { inHand: 3, oldestMs: 49_000, lastFinishedMs: 999_000 },
};

describe('the progress', () => {
  const cases: [name: string, change: Partial<Observed>, expected: object][] = [
    ['of a worker that pulls', {}, { pulling: true, inFlight: 3, oldestInFlightMs: 1000, stopped: null, waiting: [] }],
    ['without a connection', { connected: false }, { connected: false, pulling: false }],
    ['while it drains', { draining: true }, { pulling: false }],
    [
      'of a stopped source',
      { source: { kind: 'stopped', reason: 'SourceRegressed', message: 'm' } },
      { stopped: { reason: 'SourceRegressed', message: 'm' } },
    ],
    [
      'of a source that waits',
      { source: { kind: 'waiting', reason: 'ConsumerMissing', code: 'c'.repeat(500), sinceMs: 20_000 } },
      {
        waiting: [
          { destination: 'source', reason: 'ConsumerMissing', code: 'c'.repeat(128), held: 3, sinceMs: 30_000 },
        ],
      },
    ],
    [
      'of a sink in an outage',
      {
        destinations: {
          waiting: () => [
            { destination: 'out', waiting: { reason: 'SinkRefuses', code: '10077', held: 2, sinceMs: 40_000 } },
          ],
        },
      },
      { waiting: [{ destination: 'out', reason: 'SinkRefuses', code: '10077', held: 2, sinceMs: 10_000 }] },
    ],
  ];
  test.each(cases)('%s', (_name, change, expected) => {
    const progress = progressOf({ ...observed, ...change });
    expect(progress).toMatchObject(expected);
    expect(parseProgress(JSON.parse(JSON.stringify(progress)))).toEqual(progress);
  });
});

test.each([
  [undefined, 1e9, false],
  [0, 59_999, false],
  [0, 60_000, true],
])('work that waits since %s at %i: stuck is %s', (sinceMs, nowMs, isStuck) => {
  expect(stuck(sinceMs, nowMs) !== undefined).toBe(isStuck);
});

test('the probes answer what they are told', async () => {
  const server = await serveProbes(0, {
    dead: () => undefined,
    unready: () => 'StreamNotFound',
    progress: () => progressOf(observed),
  });
  try {
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return [response.status, await response.text()];
    };
    expect(await get('/livez')).toEqual([200, 'ok\n']);
    expect(await get('/readyz')).toEqual([503, 'StreamNotFound\n']);
    expect(parseProgress(JSON.parse((await get('/progress'))[1]))).toBeDefined();
    expect((await get('/other'))[0]).toBe(404);
  } finally {
    await server.close();
  }
});
