import { resolveDefaults, WORKER_CREDIT_MESSAGES, type WorkerManifest } from '@streamjob/crds';
import {
  consumerMetadata,
  consumerName,
  ConsumerNotFoundError,
  type ConsumerConfig,
  type ObservedConsumerConfig,
} from '@streamjob/nats';
import { type Action, type ConsumerRequest } from '../actions.ts';
import { brokerFinding } from '../findings/broker.ts';
import { type Finding } from '../findings/finding.ts';
import { identifySource, type SourceIdentity } from '../findings/source.ts';
import { annotations } from '../names.ts';
import { type ConsumerTask, type LiveStreamJob, type Snapshot } from '../snapshot.ts';
import { retryAtMs } from './retry.ts';
import { sameFilters, selectsAllOf, union, type SubjectFilters } from './subjects.ts';

const SPARE = 1.25;
/** What was just ensured isn't ensured again before a sample could show it: a server may spell a config its own way. */
const SETTLE_MS = { update: 60_000, create: 5_000 } as const;

export type ConsumerPlan = {
  readonly name: string;
  readonly actions: readonly Action[];
  /** What is wrong with the source. */
  readonly finding?: Finding;
  /** Whether the consumer exists and selects all that the revision wants. */
  readonly ready: boolean;
  /** Whether it was seen, so that it may be noted. */
  readonly seen: boolean;
  readonly requeueAtMs?: number;
};

export type Rollout = { readonly manifest: WorkerManifest; readonly rolledOut: boolean };

/**
 * What to do about the durable consumer so that `manifest` can be served. A filter is widened before the rollout and
 * narrowed after it; a consumer that was noted and is gone is not made anew.
 */
export function planConsumer(snapshot: Snapshot, rollout: Rollout, nowMs: number): ConsumerPlan {
  const { job, record, clusterId } = snapshot;
  const name = consumerNameOf(job, clusterId);
  const nothing = { name, actions: [], ready: false, seen: false };
  const stream = record.stream.value;
  if (record.stream.error !== undefined) return { ...nothing, ...offline(snapshot, rollout, record.stream.error) };
  if (stream === undefined) return { ...nothing, ready: runsAlready(snapshot, rollout) };
  const identity = identifySource(job, stream);
  if (identity.state === 'regressed') return { ...nothing, finding: identity.finding };
  const current = currentConfig(snapshot);
  if (isLost(snapshot, name, identity)) {
    const finding = brokerFinding(new ConsumerNotFoundError(stream.name, name));
    return { ...nothing, finding };
  }
  const desired = desiredConsumer(snapshot, rollout, current?.subjects);
  const wanted = resolveDefaults(rollout.manifest).spec.source.jetstream.subjects;
  const ready = current !== undefined && selectsAllOf(current.subjects, wanted);
  const facts = {
    name,
    ready: ready || (current === undefined && runsAlready(snapshot, rollout)),
    seen: current !== undefined,
  };
  const mayCreate = job.status?.source?.consumer !== name || identity.state === 'accepted';
  const outdated = current === undefined ? mayCreate : differs(current, desired);
  const settleMs = current === undefined ? SETTLE_MS.create : SETTLE_MS.update;
  return { ...facts, ...(outdated ? request(snapshot, desired, settleMs, nowMs) : { actions: [] }) };
}

/** The broker can't be asked: what ran goes on, and a revision that reads the same may roll out. */
function offline(snapshot: Snapshot, rollout: Rollout, error: Error): Pick<ConsumerPlan, 'finding' | 'ready'> {
  return { finding: brokerFinding(error), ready: runsAlready(snapshot, rollout) };
}

/** Whether the consumer was noted and its last known filter selects all that the revision wants. */
function runsAlready(snapshot: Snapshot, { manifest, rolledOut }: Rollout): boolean {
  if (snapshot.job.status?.source?.consumer === undefined) return false;
  const current = currentConfig(snapshot);
  if (current === undefined) return rolledOut;
  return selectsAllOf(current.subjects, resolveDefaults(manifest).spec.source.jetstream.subjects);
}

export function consumerNameOf({ metadata: { name, namespace = '' } }: LiveStreamJob, clusterId: string): string {
  return consumerName({ clusterId, namespace, name });
}

export function consumerMetadataOf(job: LiveStreamJob, clusterId: string): Record<string, string> {
  const { name, namespace = '', uid } = job.metadata;
  return consumerMetadata({ clusterId, namespace, name, uid });
}

/** The newest that is known of the consumer; undefined when it was never seen, is gone, or belonged to an earlier stream. */
function currentConfig({ record, task }: Snapshot): ObservedConsumerConfig | undefined {
  const { value, atMs = 0, error, failingSinceMs = 0 } = record.consumer;
  const ensured = task?.outcome.state === 'ensured' ? { info: task.outcome.info, atMs: task.atMs } : undefined;
  const newest = ensured !== undefined && ensured.atMs >= atMs ? ensured : value && { info: value, atMs };
  if (newest === undefined) return undefined;
  if (error instanceof ConsumerNotFoundError && failingSinceMs >= newest.atMs) return undefined;
  const streamCreated = Date.parse(record.stream.value?.created ?? '');
  return Date.parse(newest.info.created) < streamCreated ? undefined : newest.info.config;
}

/** Whether the consumer was there and is gone, although its stream is the one that it read. */
function isLost({ job, record, task }: Snapshot, name: string, identity: SourceIdentity): boolean {
  if (job.status?.source?.consumer !== name || identity.state === 'accepted') return false;
  const ensuredAtMs = task?.outcome.state === 'ensured' ? task.atMs : 0;
  const { error, failingSinceMs = 0 } = record.consumer;
  return error instanceof ConsumerNotFoundError && failingSinceMs >= ensuredAtMs;
}

function desiredConsumer(snapshot: Snapshot, rollout: Rollout, current: SubjectFilters | undefined): ConsumerConfig {
  const { job, clusterId } = snapshot;
  const { startFrom, ackWaitMs, subjects } = resolveDefaults(rollout.manifest).spec.source.jetstream;
  return {
    name: consumerNameOf(job, clusterId),
    subjects: filtersFor(rollout, subjects, current),
    startFrom: startFrom as ConsumerConfig['startFrom'],
    ackWaitMs,
    maxAckPending: Math.ceil(SPARE * mostWorkers(snapshot) * WORKER_CREDIT_MESSAGES),
    metadata: consumerMetadataOf(job, clusterId),
  };
}

/** Both revisions' messages while both may run. Where no list can say that, the old filter stays until the rollout is done. */
function filtersFor(
  { rolledOut }: Rollout,
  wanted: SubjectFilters,
  current: SubjectFilters | undefined,
): SubjectFilters {
  return rolledOut || current === undefined ? wanted : (union(current, wanted) ?? current);
}

function mostWorkers({ job, objects: { deployment } }: Snapshot): number {
  const live = deployment.state === 'ours' ? deployment.object : undefined;
  return Math.max(job.spec.replicas, live?.spec?.replicas ?? 0, live?.status?.replicas ?? 0, 1);
}

function differs(current: ObservedConsumerConfig, desired: ConsumerConfig): boolean {
  return (
    !sameFilters(current.subjects, desired.subjects) ||
    current.ackWaitMs !== desired.ackWaitMs ||
    current.maxAckPending !== desired.maxAckPending ||
    Object.entries(desired.metadata).some(([key, value]) => current.metadata[key] !== value)
  );
}

function request(
  { job, task }: Snapshot,
  desired: ConsumerConfig,
  settleMs: number,
  nowMs: number,
): Pick<ConsumerPlan, 'actions' | 'finding' | 'requeueAtMs'> {
  const wanted: ConsumerRequest = {
    kind: 'ensure',
    connection: job.spec.connection,
    stream: job.spec.source.jetstream?.stream ?? '',
    desired,
    adopt: job.metadata.annotations?.[annotations.adoptConsumer] === 'true',
  };
  const actions: Action[] = [{ type: 'requestConsumer', request: wanted }];
  if (task === undefined || !sameRequest(task.request, wanted)) return { actions };
  return pursue(task, actions, settleMs, nowMs);
}

/** How to go on with a request that was made before. */
function pursue(
  task: ConsumerTask,
  again: readonly Action[],
  settleMs: number,
  nowMs: number,
): Pick<ConsumerPlan, 'actions' | 'finding' | 'requeueAtMs'> {
  const { outcome } = task;
  if (outcome.state === 'running') return { actions: [] };
  if (outcome.state !== 'failed') {
    const requeueAtMs = task.atMs + settleMs;
    return nowMs >= requeueAtMs ? { actions: again } : { actions: [], requeueAtMs };
  }
  const finding = brokerFinding(outcome.error);
  const dueAtMs = retryAtMs(task);
  return nowMs >= dueAtMs ? { actions: again, finding } : { actions: [], finding, requeueAtMs: dueAtMs };
}

export function sameRequest(one: ConsumerRequest, other: ConsumerRequest): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
