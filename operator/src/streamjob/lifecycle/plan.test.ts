import { describe, expect, test } from '@jest/globals';
import { ConsumerNotFoundError, StreamNotFoundError, UnreachableError } from '@streamjob/nats';
import { emptyRecord } from '../../sampling/index.ts';
import { type Action } from '../actions.ts';
import { type LiveStreamJob, type Snapshot } from '../snapshot.ts';
import {
  absent,
  consumerInfo,
  ensured,
  job,
  live,
  notedJob,
  NOW_MS,
  passed,
  reading,
  record,
  settledObjects,
  snapshot,
  stream,
} from '../testing/fixtures.ts';
import { plan } from './plan.ts';

/** An action in a word or two. */
function word(action: Action): string {
  switch (action.type) {
    case 'apply':
      return `${action.uid === undefined ? 'create' : 'change'} ${action.desired.kind}`;
    case 'delete':
      return `delete ${action.resource.kind}`;
    case 'scale':
      return `scale ${action.replicas}`;
    case 'requestConsumer':
      return action.request.kind === 'ensure'
        ? `ensure [${action.request.desired.subjects.join(' ')}]`
        : 'delete consumer';
    case 'addFinalizer':
    case 'removeFinalizer':
    case 'rehearse':
      return action.type;
  }
}

const words = (one: Snapshot): string[] => plan(one, NOW_MS).actions.map(word);

function replicasOf(one: Snapshot): number | undefined {
  const found = plan(one, NOW_MS).actions.find(
    (action) => action.type === 'apply' && action.desired.kind === 'Deployment',
  );
  return found?.type === 'apply' ? (found.desired as { spec?: { replicas?: number } }).spec?.replicas : undefined;
}

const withoutFinalizer = (one: LiveStreamJob): LiveStreamJob => ({
  ...one,
  metadata: { ...one.metadata, finalizers: [] },
});
const edited = (one: LiveStreamJob, over: Partial<LiveStreamJob['spec']>): LiveStreamJob => ({
  ...one,
  metadata: { ...one.metadata, generation: 2 },
  spec: { ...one.spec, ...over },
});

const ALL = [
  'create ConfigMap',
  'create ServiceAccount',
  'create NetworkPolicy',
  'create PodDisruptionBudget',
  'create Deployment',
];
const BAD = { steps: [{ name: 'late', filter: { expression: 'event.delay >' } }] };

describe('a new job', () => {
  const one = withoutFinalizer(job());
  const cases: Record<string, { over: Partial<Snapshot>; expected: string[] }> = {
    'waits for a look at the stream': { over: {}, expected: [] },
    'waits while the broker is down': {
      over: { record: { ...emptyRecord, stream: { error: new UnreachableError('down') } } },
      expected: [],
    },
    'asks for its consumer behind the finalizer': {
      over: { record: { ...emptyRecord, stream: { value: stream(), atMs: NOW_MS } } },
      expected: ['addFinalizer', 'ensure []'],
    },
    'tries its Deployment when the consumer is there': {
      over: { record: record(one), task: ensured(one) },
      expected: ['addFinalizer', 'rehearse'],
    },
    'makes its objects, the pods last': {
      over: { record: record(one), rehearsal: passed(one) },
      expected: ['addFinalizer', ...ALL],
    },
    'does nothing with a connection that nobody named': {
      over: { connection: undefined, record: record(one) },
      expected: [],
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { over, expected }) => {
    expect(words(snapshot(one, over))).toEqual(expected);
  });

  test('that is bad makes nothing and says where', () => {
    const bad = withoutFinalizer(job(BAD));
    const { actions, picture } = plan(snapshot(bad, { record: record(bad) }), NOW_MS);
    expect(actions).toEqual([]);
    expect(picture.refusal).toMatchObject({
      reason: 'InvalidExpression',
      message: expect.stringContaining('spec.steps[0].filter.expression, line 1, column'),
    });
  });

  test('that is refused by the API server makes nothing and says so', () => {
    const refusal = { reason: 'InvalidWorker', message: 'spec.worker.resources: no' } as const;
    const known = passed(one);
    const { actions, picture } = plan(
      snapshot(one, { record: record(one), rehearsal: known && { ...known, refusal } }),
      NOW_MS,
    );
    expect(actions).toEqual([]);
    expect(picture.refusal).toEqual(refusal);
  });
});

describe('a running job', () => {
  const one = notedJob(reading(['a.>']));
  const objects = settledObjects(one);
  const at = (over: Partial<LiveStreamJob['spec']>, rest: Partial<Snapshot> = {}): Snapshot =>
    snapshot(edited(one, over), { record: record(one), objects, ...rest });

  test('needs nothing', () => {
    expect(words(at({}))).toEqual([]);
  });

  test('goes on when its broker is down, its stream gone or nothing is known', () => {
    const errors = [new UnreachableError('down'), new StreamNotFoundError('FLIGHTS')];
    for (const error of errors) expect(words(at({}, { record: { ...emptyRecord, stream: { error } } }))).toEqual([]);
    expect(words(at({}, { record: emptyRecord }))).toEqual([]);
  });

  test('keeps its pods on a bad edit and follows the number of workers', () => {
    expect(words(at(BAD))).toEqual([]);
    expect(replicasOf(at({ ...BAD, replicas: 5 }))).toBe(5);
    expect(replicasOf(at({ ...BAD, suspend: true }))).toBe(0);
    expect(plan(at(BAD), NOW_MS).picture).toMatchObject({
      refusal: { reason: 'InvalidExpression' },
      rollingOut: false,
    });
  });

  test('follows the number of workers even when nothing can be rendered', () => {
    expect(words(at({ suspend: true }, { connection: undefined }))).toEqual(['scale 0']);
    const lost = { ...objects, manifests: new Map() };
    expect(words(at({ ...BAD, replicas: 3 }, { objects: lost }))).toEqual(['scale 3']);
  });

  test('is suspended while its broker is down, without rolling out a new filter', () => {
    const offline = { ...emptyRecord, stream: { error: new UnreachableError('down') } };
    const { actions } = plan(at({ ...reading(['b.>']), suspend: true }, { record: offline }), NOW_MS);
    expect(actions.map(word)).toEqual(['change Deployment']);
    expect(actions[0]).toMatchObject({ desired: { spec: { replicas: 0 } } });
  });

  test('is repaired when something of it is changed or gone', () => {
    const gone = { ...objects, networkPolicy: { state: 'absent' } as const };
    expect(words(at({}, { objects: gone }))).toEqual(['create NetworkPolicy']);
  });

  test('loses its consumer: that is told, nothing is made anew', () => {
    const lost = { error: new ConsumerNotFoundError('FLIGHTS', 'c'), failingSinceMs: NOW_MS };
    const { actions, picture } = plan(at({}, { record: { ...record(one), consumer: lost } }), NOW_MS);
    expect(actions).toEqual([]);
    expect(picture.source?.reason).toBe('ConsumerMissing');
  });

  test.each([
    { name: 'created anew', over: { created: '2026-01-01T06:00:00Z' } },
    { name: 'gone back', over: { lastSequence: 4 } },
  ])('whose stream was $name is told, until it is accepted', ({ over }) => {
    const changed = { ...record(one), stream: { value: stream(over), atMs: NOW_MS } };
    const { actions, picture } = plan(at({}, { record: changed }), NOW_MS);
    expect(actions).toEqual([]);
    expect(picture.source?.reason).toBe('SourceRegressed');
    const accepted = edited(one, {});
    accepted.metadata.annotations = { 'streamjobs.dev/accept-source': changed.stream.value.created };
    const next = plan(snapshot(accepted, { record: changed, objects }), NOW_MS);
    expect(next.picture.source).toBeUndefined();
    const words = next.actions.map(word);
    expect(words).toEqual('created' in over ? ['ensure [a.>]', 'change Deployment'] : ['change Deployment']);
  });

  test('leaves a foreign object alone, says so, and looks again whether it went', () => {
    const foreign = { ...objects, networkPolicy: { state: 'foreign' } as const };
    expect(words(at({}, { objects: foreign }))).toEqual([]);
    const { picture, requeueAtMs } = plan(at({}, { objects: foreign }), NOW_MS);
    expect(picture.refusal?.reason).toBe('NameConflict');
    expect(requeueAtMs).toBe(NOW_MS + 15_000);
    const first = { ...absent, networkPolicy: { state: 'foreign' } as const };
    const fresh = snapshot(one, { record: record(one), rehearsal: passed(one), objects: first });
    expect(words(fresh)).not.toContain('create Deployment');
  });
});

describe('a filter', () => {
  const one = notedJob(reading(['a.>']));
  const edit = (subjects: string[]) => edited(one, reading(subjects));
  const before = settledObjects(one);
  const rehearsed = (next: LiveStreamJob, over: Partial<Snapshot> = {}): Snapshot =>
    snapshot(next, { record: record(one), objects: before, rehearsal: passed(next), ...over });

  test('that is wider reaches the consumer before the pods', () => {
    expect(words(rehearsed(edit(['a.>', 'b'])))).toEqual(['ensure [a.> b]']);
  });

  test('that is narrower waits until the rollout is done', () => {
    const next = edit(['a.b']);
    expect(words(rehearsed(next))).toEqual(['create ConfigMap', 'change Deployment']);
    const rolling = settledObjects(next, 'rollingOut');
    expect(words(snapshot(next, { record: record(one), objects: rolling }))).toEqual([]);
    const done = settledObjects(next);
    expect(words(snapshot(next, { record: record(one), objects: done }))).toEqual(['ensure [a.b]']);
  });

  test('that is narrowed and restored before the rollout is done skips nothing', () => {
    const rolling = { ...settledObjects(edit(['a.b']), 'rollingOut') };
    const manifests = new Map([...rolling.manifests, ...before.manifests]);
    const restored = rehearsed(edit(['a.>']), { objects: { ...rolling, manifests } });
    expect(words(restored)).toEqual(['change Deployment']);
  });

  test('that moves selects both while both revisions run', () => {
    expect(words(rehearsed(edit(['b.>'])))).toEqual(['ensure [b.> a.>]']);
  });

  test('whose union no list can say waits for the rollout', () => {
    const clash = notedJob(reading(['a.*.c']));
    const next = edited(clash, reading(['a.b.>']));
    const state = { record: record(clash), objects: settledObjects(clash), rehearsal: passed(next) };
    expect(words(snapshot(next, state))).toEqual([]);
  });

  test('room for unacked messages grows before the workers', () => {
    const { actions } = plan(rehearsed(edited(one, { replicas: 4 })), NOW_MS);
    expect(actions.map(word)).toEqual(['ensure [a.>]', 'change Deployment']);
    expect(actions[0]).toMatchObject({ request: { desired: { maxAckPending: 20_000 } } });
  });
});

describe('old manifests', () => {
  test('stay while anything mounts them and go after the rollout', () => {
    const one = notedJob();
    const objects = settledObjects(one);
    const old = live({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'late-worker-old', namespace: 'flights' },
    });
    const manifests = new Map([...objects.manifests, ['late-worker-old', { state: 'ours', object: old } as const]]);
    expect(words(snapshot(one, { record: record(one), objects: { ...objects, manifests } }))).toEqual([
      'delete ConfigMap',
    ]);
    const rolling = { ...settledObjects(one, 'rollingOut'), manifests };
    expect(words(snapshot(one, { record: record(one), objects: rolling }))).toEqual([]);
    const volumes = [{ name: 'job', configMap: { name: 'late-worker-old' } }];
    const pods = [{ metadata: { name: 'p', uid: 'p' }, spec: { volumes } } as never];
    expect(words(snapshot(one, { record: record(one), objects: { ...objects, manifests, pods } }))).toEqual([]);
  });
});

test('a new manifest stays while its rollout waits for the first look at the broker', () => {
  const one = notedJob();
  const next = edited(one, { deadLetter: { enabled: false } });
  const objects = settledObjects(one);
  const manifests = new Map([...objects.manifests, ...settledObjects(next).manifests]);
  expect(words(snapshot(next, { record: emptyRecord, objects: { ...objects, manifests } }))).toEqual([]);
});

test('a consumer that lost its metadata is put right', () => {
  const one = notedJob();
  const info = consumerInfo(one, { metadata: {} });
  const sampled = { ...record(one), consumer: { value: info, atMs: NOW_MS } };
  expect(words(snapshot(one, { record: sampled, objects: settledObjects(one) }))).toEqual(['ensure []']);
});
