import { expect, test } from '@jest/globals';
import { changed } from '../testing/index.ts';
import { parseProgress, type Progress } from './progress.ts';

const progress: Progress = {
  uid: 'd6e6c0de-0000-0000-0000-000000000000',
  revision: '0123456789',
  startedAt: '2026-01-01T00:00:00.000Z',
  time: '2026-01-01T00:01:00.000Z',
  connected: true,
  account: 'FLIGHTS',
  pulling: true,
  counts: {
    received: 10,
    finished: 9,
    emitted: 7,
    filtered: 1,
    dropped: 0,
    unrouted: 0,
    deadLettered: 1,
    failed: 0,
    retried: 0,
    duplicates: 0,
    redelivered: 0,
  },
  inFlight: 1,
  oldestInFlightMs: 3,
  lastFinishedAt: null,
  waiting: [{ destination: 'alerts', reason: 'SinkRefuses', code: '10077', held: 4, sinceMs: 1200 }],
  stopped: null,
};

test('what a worker answers is read back', () => {
  expect(parseProgress(JSON.parse(JSON.stringify(progress)))).toEqual(progress);
});

test('what a newer worker adds is left out', () => {
  expect(parseProgress({ ...progress, news: 1 })).toEqual(progress);
});

test.each([
  ['counts.received', -1],
  ['counts.finished', undefined],
  ['uid', 3],
  ['waiting', Array.from({ length: 1000 }, () => progress.waiting[0])],
  ['stopped', 'yes'],
  ['connected', undefined],
])('%s: anything else is no progress', (path, to) => {
  expect(parseProgress(changed(progress, path, to))).toBeUndefined();
});

test.each([undefined, null, 'text', [], 3])('%p is no progress', (value) => {
  expect(parseProgress(value)).toBeUndefined();
});
