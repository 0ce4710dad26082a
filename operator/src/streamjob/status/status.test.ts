import { describe, expect, test } from '@jest/globals';
import { type StreamJobStatus } from '@streamjob/crds';
import { StreamNotFoundError, UnreachableError } from '@streamjob/nats';
import { emptyRecord } from '../../sampling/index.ts';
import { plan } from '../lifecycle/index.ts';
import { type LiveStreamJob, type Snapshot } from '../snapshot.ts';
import {
  absent,
  consumerInfo,
  job,
  notedJob,
  NOW_MS,
  passed,
  record,
  settledObjects,
  snapshot,
} from '../testing/fixtures.ts';
import { dueOf, emptyMeter, gatherEvidence, nextStatus } from './index.ts';

function statusOf(one: Snapshot, nowMs = NOW_MS): StreamJobStatus {
  return nextStatus(one, plan(one, nowMs).picture, gatherEvidence(one, nowMs), emptyMeter, nowMs);
}

/** The conditions as `Type=Status Reason`, in the order of their types. */
function told(one: Snapshot): string[] {
  const { conditions = [] } = statusOf(one);
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort();
}

const BAD = { steps: [{ name: 'late', filter: { expression: '(' } }] };
const editedBadly = (one: LiveStreamJob): LiveStreamJob => ({ ...one, spec: { ...one.spec, ...BAD } });
const down = { ...emptyRecord, stream: { error: new UnreachableError('down') } };

describe('conditions', () => {
  const running = notedJob();
  const objects = settledObjects(running);
  const rolling = settledObjects(running, 'rollingOut');
  const suspended = { ...running, spec: { ...running.spec, suspend: true } };
  const idle = notedJob({ replicas: 0 });
  const cases: Record<string, { one: Snapshot; expected: string[]; phase: string }> = {
    'of a new job': {
      one: snapshot(job()),
      expected: ['Ready=False Starting', 'Reconciling=True Starting', 'SourceReady=Unknown Starting'],
      phase: 'Pending',
    },
    'of a new job whose broker is down': {
      one: snapshot(job(), { record: down }),
      expected: [
        'Ready=False BrokerUnreachable',
        'Reconciling=True BrokerUnreachable',
        'SourceReady=False BrokerUnreachable',
      ],
      phase: 'Pending',
    },
    'of a new job whose stream is missing': {
      one: snapshot(job(), { record: { ...emptyRecord, stream: { error: new StreamNotFoundError('FLIGHTS') } } }),
      expected: ['Ready=False StreamNotFound', 'SourceReady=False StreamNotFound', 'Stalled=True StreamNotFound'],
      phase: 'Stopped',
    },
    'of a job that runs': {
      one: snapshot(running, { record: record(running), objects }),
      expected: ['Ready=True Running', 'SourceReady=True Running'],
      phase: 'Running',
    },
    'of a job that rolls out': {
      one: snapshot(running, { record: record(running), objects: rolling }),
      expected: ['Ready=True Running', 'Reconciling=True RollingOut', 'SourceReady=True Running'],
      phase: 'Running',
    },
    'of a running job that was edited badly': {
      one: snapshot(editedBadly(running), { record: record(running), objects }),
      expected: ['Ready=True Running', 'SourceReady=True Running', 'Stalled=True InvalidExpression'],
      phase: 'Running',
    },
    'of a new job that is bad': {
      one: snapshot(job(BAD), { record: record(job()) }),
      expected: ['Ready=False InvalidExpression', 'SourceReady=Unknown Starting', 'Stalled=True InvalidExpression'],
      phase: 'Stopped',
    },
    'of a running job whose broker the operator can’t reach': {
      one: snapshot(running, { record: down, objects }),
      expected: ['Ready=True Running', 'SourceReady=False BrokerUnreachable'],
      phase: 'Running',
    },
    'of a suspended job': {
      one: snapshot(suspended, { record: record(running), objects: settledObjects(suspended) }),
      expected: ['Ready=False Suspended', 'SourceReady=True Running'],
      phase: 'Suspended',
    },
    'of a job that wants no workers': {
      one: snapshot(idle, { record: record(idle), objects: settledObjects(idle) }),
      expected: ['Ready=True Idle', 'SourceReady=True Running'],
      phase: 'Idle',
    },
    'of a job whose name is taken': {
      one: snapshot(running, {
        record: record(running),
        rehearsal: passed(running),
        objects: { ...absent, serviceAccount: { state: 'foreign' } },
      }),
      expected: ['Ready=False NameConflict', 'SourceReady=True Running', 'Stalled=True NameConflict'],
      phase: 'Stopped',
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { one, expected, phase }) => {
    expect(told(one)).toEqual(expected);
    expect(statusOf(one).phase).toBe(phase);
  });

  test('keep the time of their last change', () => {
    const first = snapshot(running, { record: record(running), objects });
    const before = statusOf(first);
    const later = statusOf({ ...first, job: { ...running, status: before } }, NOW_MS + 5_000);
    expect(later.conditions).toEqual(before.conditions);
    const stopped = statusOf({ ...first, job: { ...suspended, status: before } }, NOW_MS + 5_000);
    const ready = stopped.conditions?.find(({ type }) => type === 'Ready');
    expect(ready?.lastTransitionTime).toBe(new Date(NOW_MS + 5_000).toISOString());
  });
});

test('a broker that is down in other words is the same news', () => {
  const running = notedJob();
  const objects = settledObjects(running);
  const before = statusOf(snapshot(running, { record: down, objects }));
  const record = { ...emptyRecord, stream: { error: new UnreachableError('no answer in time') } };
  const after = statusOf(snapshot({ ...running, status: before }, { record, objects }), NOW_MS + 5_000);
  expect(after.conditions).toEqual(before.conditions);
});

describe('the source', () => {
  const one = notedJob();
  const at = (over: Partial<Snapshot>): Snapshot =>
    snapshot(one, { record: record(one), objects: settledObjects(one), ...over });

  test('shows what the broker says', () => {
    expect(statusOf(at({})).source).toMatchObject({ stream: 'FLIGHTS', pending: 3, ackFloor: 7, lastSequence: 10 });
  });

  test('stays as it was while the broker is down', () => {
    expect(statusOf(at({ record: down })).source).toEqual(one.status?.source);
  });

  test('stays as it was when the stream is another, so that a restart sees the difference', () => {
    const value = { ...record(one).stream.value!, created: '2026-02-02T00:00:00Z' };
    const other = { ...record(one), stream: { value, atMs: NOW_MS } };
    expect(statusOf(at({ record: other })).source).toEqual(one.status?.source);
  });
});

describe('a status is written', () => {
  const one = notedJob();
  const first = snapshot(one, { record: record(one), objects: settledObjects(one) });
  const before = statusOf(first);
  const moved = (pending: number, nowMs: number): StreamJobStatus => {
    const consumer = { value: { ...consumerInfo(one), pending }, atMs: nowMs };
    return statusOf({ ...first, job: { ...one, status: before }, record: { ...record(one), consumer } }, nowMs);
  };
  const SECOND_MS = 1_000;

  test('at first', () => {
    expect(dueOf(undefined, before, NOW_MS)).toEqual({ write: true });
  });

  test('not when nothing moves, however long', () => {
    expect(dueOf(before, moved(3, NOW_MS + 3_600 * SECOND_MS), NOW_MS + 3_600 * SECOND_MS)).toEqual({ write: false });
  });

  test('for numbers alone once a minute', () => {
    const soon = NOW_MS + 20 * SECOND_MS;
    expect(dueOf(before, moved(9, soon), soon)).toEqual({ write: false, inMs: 39 * SECOND_MS });
    const later = NOW_MS + 61 * SECOND_MS;
    expect(dueOf(before, moved(9, later), later)).toEqual({ write: true });
  });

  test('for a real change at once, with the numbers', () => {
    const next = { ...moved(9, NOW_MS + SECOND_MS), readyReplicas: 1 };
    expect(dueOf(before, next, NOW_MS + SECOND_MS)).toEqual({ write: true });
    expect(next.source?.pending).toBe(9);
  });
});
