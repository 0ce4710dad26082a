import { describe, expect, test } from '@jest/globals';
import { ConflictError, UnreachableError } from '@streamjob/nats';
import { type Pod } from '../../kube/index.ts';
import { type LiveStreamJob, type Snapshot } from '../snapshot.ts';
import { absent, notedJob, NOW_MS, pod, settledObjects, snapshot } from '../testing/fixtures.ts';
import { planDeletion } from './deletion.ts';
import { type Plan } from './picture.ts';

const MINUTE_MS = 60_000;

function deleted(over: Partial<LiveStreamJob['spec']> = {}, agoMs = 0): LiveStreamJob {
  const one = notedJob(over);
  const deletionTimestamp = new Date(NOW_MS - agoMs).toISOString();
  return { ...one, metadata: { ...one.metadata, deletionTimestamp } };
}

const words = (plan: Plan): string[] =>
  plan.actions.map((action) => (action.type === 'requestConsumer' ? action.request.kind : action.type));

function withStalled(one: LiveStreamJob, agoMs: number): LiveStreamJob {
  const lastTransitionTime = new Date(NOW_MS - agoMs).toISOString();
  const stalled = {
    type: 'Stalled',
    status: 'True' as const,
    reason: 'BrokerUnreachable',
    message: '',
    lastTransitionTime,
  };
  return { ...one, status: { ...one.status, conditions: [stalled] } };
}

/** A request to delete that ended `agoMs` ago. */
function task(one: LiveStreamJob, outcome: 'running' | 'deleted' | Error, agoMs = 0): Snapshot['task'] {
  const [action] = planDeletion(snapshot(one), NOW_MS).actions;
  if (action?.type !== 'requestConsumer') throw new Error('no request');
  const base = { request: action.request, atMs: NOW_MS - agoMs, failures: 1 };
  if (outcome === 'running') return { ...base, outcome: { state: 'running' } };
  if (outcome === 'deleted') return { ...base, outcome: { state: 'deleted', result: 'deleted' } };
  return { ...base, outcome: { state: 'failed', error: outcome } };
}

describe('deletion', () => {
  const one = deleted();
  const down = new UnreachableError('down');
  const cases: Record<
    string,
    { of?: LiveStreamJob; over?: (of: LiveStreamJob) => Partial<Snapshot>; expected: string[] }
  > = {
    'has nothing to do without the finalizer': {
      of: { ...one, metadata: { ...one.metadata, finalizers: [] } },
      expected: [],
    },
    'begins with the workers': { over: () => ({ objects: settledObjects(notedJob()) }), expected: ['delete'] },
    'waits while they go': { over: () => ({ objects: { ...absent, deployment: { state: 'leaving' } } }), expected: [] },
    'waits for the last pod': { over: () => ({ objects: { ...absent, pods: [pod() satisfies Pod] } }), expected: [] },
    'passes over a Deployment of somebody else': {
      over: () => ({ objects: { ...absent, deployment: { state: 'foreign' } } }),
      expected: ['delete'],
    },
    'then asks for the consumer’s end': { expected: ['delete'] },
    'waits for the answer': { over: (of) => ({ task: task(of, 'running') }), expected: [] },
    'then lets go': { over: (of) => ({ task: task(of, 'deleted') }), expected: ['removeFinalizer'] },
    'lets go at once when the consumer stays': {
      of: deleted({ deletionPolicy: 'Retain' }),
      expected: ['removeFinalizer'],
    },
    'leaves another’s consumer alone': {
      over: (of) => ({ task: task(of, new ConflictError('another', 'metadata')) }),
      expected: ['removeFinalizer'],
    },
    'waits before it tries again': { over: (of) => ({ task: task(of, down) }), expected: [] },
    'tries again': { over: (of) => ({ task: task(of, down, 5_000) }), expected: ['delete'] },
    'goes on trying for ten minutes': {
      of: withStalled(deleted({}, 30 * MINUTE_MS), 9 * MINUTE_MS),
      over: (of) => ({ task: task(of, down, 5_000) }),
      expected: ['delete'],
    },
    'lets go after ten minutes without the broker': {
      of: withStalled(deleted({}, 30 * MINUTE_MS), 10 * MINUTE_MS),
      over: (of) => ({ task: task(of, down, 5_000) }),
      expected: ['removeFinalizer'],
    },
    'doesn’t count what stalled the job before it was deleted': {
      of: withStalled(deleted({}, MINUTE_MS), 60 * MINUTE_MS),
      over: (of) => ({ task: task(of, down, 5_000) }),
      expected: ['delete'],
    },
    'waits for a connection that nobody names any more': { over: () => ({ connection: undefined }), expected: [] },
  };
  test.each(Object.entries(cases))('%s', (_name, { of = one, over, expected }) => {
    expect(words(planDeletion(snapshot(of, over?.(of) ?? {}), NOW_MS))).toEqual(expected);
  });

  test('says what is left', () => {
    const late = withStalled(deleted({}, 20 * MINUTE_MS), 11 * MINUTE_MS);
    const { picture } = planDeletion(snapshot(late, { task: task(late, down) }), NOW_MS);
    expect(picture.farewell).toMatchObject({ reason: 'ConsumerLeft', message: expect.stringContaining('sj-') });
  });

  test('looks again when the next try, or the end of patience, is due', () => {
    const { requeueAtMs } = planDeletion(snapshot(one, { task: task(one, down) }), NOW_MS);
    expect(requeueAtMs).toBe(NOW_MS + 2_000);
  });
});
