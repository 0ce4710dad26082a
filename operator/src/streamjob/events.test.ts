import { describe, expect, test } from '@jest/globals';
import { type Condition, type StreamJobStatus } from '@streamjob/crds';
import { UnreachableError } from '@streamjob/nats';
import { actionNotices, consumerNotices, transitionNotices } from './events.ts';
import { plan } from './lifecycle/index.ts';
import { ensured, job, notedJob, NOW_MS, passed, record, settledObjects, snapshot } from './testing/fixtures.ts';

const condition = (type: string, status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: `because ${reason}`,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const status = (...conditions: Condition[]): StreamJobStatus => ({ conditions });

const ready = condition('Ready', 'True', 'Running');
const broken = condition('Ready', 'False', 'SinkUnreachable');
const stalled = condition('Stalled', 'True', 'InvalidExpression');

describe('a change of status is told', () => {
  const cases: Record<string, { from: StreamJobStatus | undefined; to: StreamJobStatus; expected: string[] }> = {
    'when a job becomes ready': { from: status(), to: status(ready), expected: ['Normal Running'] },
    'when it stops working': { from: status(ready), to: status(broken), expected: ['Warning SinkUnreachable'] },
    'when an edit is bad': { from: status(ready), to: status(ready, stalled), expected: ['Warning InvalidExpression'] },
    'when it is good again': { from: status(ready, stalled), to: status(ready), expected: ['Normal Recovered'] },
    'once for one reason': {
      from: undefined,
      to: status(condition('Ready', 'False', 'StreamNotFound'), condition('Stalled', 'True', 'StreamNotFound')),
      expected: ['Warning StreamNotFound'],
    },
    'not for stations on the way': {
      from: undefined,
      to: status(condition('Ready', 'False', 'Starting'), condition('SourceReady', 'Unknown', 'Starting')),
      expected: [],
    },
    'not when nothing changed': { from: status(ready, stalled), to: status(ready, stalled), expected: [] },
    'as expected when it was asked for': {
      from: status(ready),
      to: status(condition('Ready', 'False', 'Suspended')),
      expected: ['Normal Suspended'],
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { from, to, expected }) => {
    expect(transitionNotices(from, to).map(({ type, reason }) => `${type} ${reason}`)).toEqual(expected);
  });
});

describe('what was done is told', () => {
  const one = notedJob();

  test('a rollout', () => {
    const fresh = snapshot(one, { record: record(one), rehearsal: passed(one) });
    const { actions, picture } = plan(fresh, NOW_MS);
    expect(actionNotices(actions, fresh, picture).map(({ reason }) => reason)).toEqual(['RolloutStarted']);
  });

  test('another number of workers', () => {
    const more = { ...one, spec: { ...one.spec, replicas: 1 } };
    const settled = snapshot(more, { record: record(one), objects: settledObjects(one) });
    const { actions, picture } = plan(settled, NOW_MS);
    expect(actionNotices(actions, settled, picture)).toMatchObject([{ reason: 'Scaled', note: 'from 2 to 1 workers' }]);
  });

  test('what became of the consumer', () => {
    const done = ensured(job());
    expect(consumerNotices(done).map(({ reason }) => reason)).toEqual(['ConsumerCreated']);
    const failed = { ...done, outcome: { state: 'failed', error: new UnreachableError('down') } } as const;
    expect(consumerNotices(failed)).toMatchObject([{ type: 'Warning', reason: 'BrokerUnreachable' }]);
    expect(consumerNotices({ ...done, outcome: { state: 'running' } })).toEqual([]);
  });
});
