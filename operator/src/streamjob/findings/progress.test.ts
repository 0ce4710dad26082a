import { describe, expect, test } from '@jest/globals';
import { type Progress } from '@streamjob/crds';
import { emptyRecord } from '../../sampling/index.ts';
import { NOW_MS, pod } from '../testing/fixtures.ts';
import { freshProgress, progressFindings } from './progress.ts';

const progress = (over: Partial<Progress>): Progress =>
  ({ account: null, waiting: [], stopped: null, ...over }) as Progress;
const waits = (destination: string, reason: string, held = 1): Partial<Progress> => ({
  waiting: [{ destination, reason, code: '503', held, sinceMs: held }],
});

describe('what workers tell', () => {
  const cases: Record<string, { told: Progress[]; expected: string[] }> = {
    'is nothing while they get on': { told: [progress({})], expected: [] },
    'is their account, when it is another': {
      told: [progress({ account: 'B' })],
      expected: ['AccountMismatch: the workers’ credentials belong to NATS account B, the operator’s to A'],
    },
    'is what they wait for': {
      told: [progress(waits('out', 'SinkUnreachable'))],
      expected: ['SinkUnreachable: sink out takes nothing, what is for it waits (503)'],
    },
    'is that they can’t read': {
      told: [progress(waits('source', 'BrokerUnreachable'))],
      expected: ['BrokerUnreachable: the workers cannot read their source (503)'],
    },
    'is nothing while they start': { told: [progress(waits('source', 'Starting'))], expected: [] },
    'is told once, however many messages each holds': {
      told: [progress(waits('out', 'SinkRefuses', 3)), progress(waits('out', 'SinkRefuses', 9))],
      expected: ['SinkRefuses: sink out takes nothing, what is for it waits (503)'],
    },
    'a step that cannot get what it depends on is named as one': {
      told: [progress(waits('customer', 'LookupUnreachable'))],
      expected: ['LookupUnreachable: step customer cannot get what it depends on, its messages wait (503)'],
    },
    'may be something that we don’t know': {
      told: [progress(waits('deadLetter', 'Odd')), progress({ stopped: { reason: 'Odder', message: 'why' } })],
      expected: [
        'WorkerStopped: Odder: why',
        'WorkerWaits: Odd: the dead-letter stream takes nothing, what is for it waits (503)',
      ],
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { told, expected }) => {
    const found = progressFindings(told, 'A');
    expect(found.map(({ reason, message }) => `${reason}: ${message}`)).toEqual(expected);
  });
});

test('only fresh progress of pods that live counts', () => {
  const sample = (uid: string, agoMs: number) =>
    [uid, { uid, pod: uid, value: progress({}), atMs: NOW_MS - agoMs }] as const;
  const workers = new Map([
    sample('fresh', 1_000),
    sample('old', 600_000),
    sample('gone', 1_000),
    sample('ending', 1_000),
  ]);
  const named = (uid: string, over: object = {}) => pod({ metadata: { ...pod().metadata, uid, ...over } });
  const pods = [
    named('fresh'),
    named('old'),
    named('ending', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    named('new'),
  ];
  expect(freshProgress({ ...emptyRecord, workers }, pods, NOW_MS).map(({ podUid }) => podUid)).toEqual(['fresh']);
});
