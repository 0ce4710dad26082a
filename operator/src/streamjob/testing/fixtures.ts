import { type StreamJob } from '@streamjob/crds';
import { type ConsumerInfo, type StreamInfo } from '@streamjob/nats';
import { type ConnectionConfig, type OperatorConfig } from '../../config/schema.ts';
import { type ConfigMap, type Deployment, type KubeObject, type Manifest, type Pod } from '../../kube/index.ts';
import { emptyRecord, type JobRecord } from '../../sampling/index.ts';
import { check } from '../check.ts';
import { plan } from '../lifecycle/index.ts';
import { consumerMetadataOf, consumerNameOf } from '../lifecycle/consumer.ts';
import { FINALIZER, manifestName } from '../names.ts';
import { type ConsumerTask, type JobObjects, type LiveStreamJob, type Snapshot, type Standing } from '../snapshot.ts';

export const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
export const CLUSTER_ID = 'cluster-1';
export const STREAM_CREATED = '2026-01-01T00:00:00Z';

export const settings: OperatorConfig['worker'] = {
  image: 'worker:1',
  imagePullPolicy: 'IfNotPresent',
  logLevel: 'info',
  labels: {},
  annotations: {},
};

export const noHttp: OperatorConfig['http'] = { hosts: [], allowLocalAddresses: false };

export const connection: ConnectionConfig = {
  name: 'default',
  urls: ['nats://10.0.0.1:4222'],
  namespaces: ['*'],
  egress: [],
};

type Spec = StreamJob['spec'];

export function spec(over: Partial<Spec> = {}): Spec {
  return {
    connection: 'default',
    suspend: false,
    replicas: 2,
    deletionPolicy: 'Delete',
    source: { jetstream: { stream: 'FLIGHTS', startFrom: { policy: 'All' } } },
    steps: [{ name: 'late', filter: { expression: 'event.delay > 60' } }],
    sinks: [{ name: 'out', jetstream: { subject: 'delays.${event.origin}' } }],
    ...over,
  };
}

export function reading(subjects: string[]): Pick<Spec, 'source'> {
  return { source: { jetstream: { stream: 'FLIGHTS', subjects, startFrom: { policy: 'All' } } } };
}

export function job(over: Partial<Spec> = {}, rest: Partial<Pick<LiveStreamJob, 'status'>> = {}): LiveStreamJob {
  return {
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: {
      name: 'late',
      namespace: 'flights',
      uid: 'uid-1',
      resourceVersion: '7',
      generation: 1,
      finalizers: [FINALIZER],
    },
    spec: spec(over),
    ...rest,
  };
}

/** A job whose consumer was made and noted. */
export function notedJob(over: Partial<Spec> = {}): LiveStreamJob {
  const one = job(over);
  const source = {
    stream: 'FLIGHTS',
    streamCreated: STREAM_CREATED,
    consumer: consumerNameOf(one, CLUSTER_ID),
    lastSequence: 5,
  };
  return { ...one, status: { source } };
}

export function stream(over: { created?: string; lastSequence?: number } = {}): StreamInfo {
  const { created = STREAM_CREATED, lastSequence = 10 } = over;
  return {
    name: 'FLIGHTS',
    created,
    config: {
      subjects: ['flights.>'],
      retention: 'limits',
      maxAgeMs: 0,
      maxMessages: -1,
      maxBytes: -1,
      duplicateWindowMs: 120_000,
      replicas: 1,
      allowDirect: true,
      sealed: false,
      metadata: {},
    },
    state: { messages: 10, bytes: 100, firstSequence: 1, lastSequence, firstTime: created, lastTime: created },
  };
}

export function consumerInfo(of: LiveStreamJob, over: Partial<ConsumerInfo['config']> = {}): ConsumerInfo {
  return {
    stream: 'FLIGHTS',
    name: consumerNameOf(of, CLUSTER_ID),
    created: '2026-01-01T01:00:00Z',
    config: {
      name: consumerNameOf(of, CLUSTER_ID),
      subjects: of.spec.source.jetstream?.subjects ?? [],
      startFrom: { policy: 'All' },
      ackWaitMs: 30_000,
      maxAckPending: of.spec.replicas * 5_000,
      metadata: consumerMetadataOf(of, CLUSTER_ID),
      ...over,
    },
    pending: 3,
    ackPending: 0,
    redelivered: 0,
    waiting: 1,
    delivered: { stream: 7, consumer: 7 },
    ackFloor: { stream: 7, consumer: 7 },
    paused: false,
  };
}

export function record(of: LiveStreamJob, over: Partial<JobRecord> = {}): JobRecord {
  return {
    ...emptyRecord,
    stream: { value: stream(), atMs: NOW_MS - 1_000 },
    consumer: { value: consumerInfo(of), atMs: NOW_MS - 1_000 },
    account: { value: 'A', atMs: NOW_MS - 1_000 },
    ...over,
  };
}

export function ensured(of: LiveStreamJob, result: 'created' | 'updated' = 'created'): ConsumerTask {
  const request = { kind: 'ensure', connection: 'default', stream: 'FLIGHTS', adopt: false } as const;
  const info = consumerInfo(of);
  const desired = { ...info.config, startFrom: { policy: 'All' } as const };
  return {
    request: { ...request, desired },
    atMs: NOW_MS - 500,
    failures: 0,
    outcome: { state: 'ensured', result, info },
  };
}

export const absent: JobObjects = {
  deployment: { state: 'absent' },
  serviceAccount: { state: 'absent' },
  podDisruptionBudget: { state: 'absent' },
  networkPolicy: { state: 'absent' },
  connection: { state: 'absent' },
  manifests: new Map(),
  pods: [],
};

export function snapshot(of: LiveStreamJob, over: Partial<Snapshot> = {}): Snapshot {
  return {
    job: of,
    verdict: check(of),
    clusterId: CLUSTER_ID,
    worker: settings,
    http: noHttp,
    connection,
    objects: absent,
    record: emptyRecord,
    task: undefined,
    rehearsal: undefined,
    mountFailures: new Map(),
    ...over,
  };
}

let versions = 0;

/** What the API server would answer to a write. */
export function live(desired: Manifest): KubeObject {
  const name = desired.metadata.name;
  const metadata = {
    ...desired.metadata,
    uid: `${desired.kind}-${name}`,
    resourceVersion: String(++versions),
    generation: 1,
  };
  return structuredClone({ ...desired, metadata });
}

const ours = <T extends KubeObject>(object: T): Standing<T> => ({ state: 'ours', object });

/** The objects that a plan for `of` makes, as they stand when all of it is written. */
export function settledObjects(of: LiveStreamJob, status: 'rolledOut' | 'rollingOut' = 'rolledOut'): JobObjects {
  const ready = snapshot(of, { record: record(of), rehearsal: passed(of) });
  const applied = plan(ready, NOW_MS).actions.flatMap((action) => (action.type === 'apply' ? [action.desired] : []));
  const made = <T extends KubeObject>(kind: string, name = `${of.metadata.name}-worker`): Standing<T> => {
    const found = applied.find((desired) => desired.kind === kind && desired.metadata.name === name);
    return found === undefined ? { state: 'absent' } : ours(live(found) as T);
  };
  const verdict = check(of);
  const manifest = verdict.ok ? manifestName(of.metadata.name, verdict.hash) : '';
  return {
    deployment: withStatus(made<Deployment>('Deployment'), status),
    serviceAccount: made('ServiceAccount'),
    podDisruptionBudget: made('PodDisruptionBudget'),
    networkPolicy: made('NetworkPolicy'),
    connection: made('ConfigMap', `${of.metadata.name}-connection`),
    manifests: new Map([[manifest, made<ConfigMap>('ConfigMap', manifest)]]),
    pods: [],
  };
}

function withStatus(standing: Standing<Deployment>, status: 'rolledOut' | 'rollingOut'): Standing<Deployment> {
  if (standing.state !== 'ours') return standing;
  const wanted = standing.object.spec?.replicas ?? 1;
  const updatedReplicas = status === 'rolledOut' ? wanted : 0;
  const counts = { replicas: wanted, readyReplicas: wanted, availableReplicas: wanted, updatedReplicas };
  return ours({ ...standing.object, status: { observedGeneration: 1, ...counts } });
}

/** A dry run that passed, for whatever the job's Deployment is. */
export function passed(of: LiveStreamJob): Snapshot['rehearsal'] {
  const first = plan(snapshot(of, { record: record(of) }), NOW_MS).actions.find(({ type }) => type === 'rehearse');
  return first?.type === 'rehearse' ? { fingerprint: first.fingerprint, atMs: NOW_MS } : undefined;
}

export function pod(over: Partial<Pod> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'late-worker-1', namespace: 'flights', uid: 'pod-1', resourceVersion: '1' },
    ...over,
  };
}
