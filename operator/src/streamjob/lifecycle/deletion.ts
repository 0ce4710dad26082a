import { ConflictError } from '@streamjob/nats';
import { resources } from '../../kube/index.ts';
import { type Action, type ConsumerRequest } from '../actions.ts';
import { brokerFinding } from '../findings/broker.ts';
import { type Finding } from '../findings/finding.ts';
import { FINALIZER } from '../names.ts';
import { type ConsumerTask, type Snapshot } from '../snapshot.ts';
import { consumerMetadataOf, consumerNameOf, sameRequest } from './consumer.ts';
import { refOf } from './objects.ts';
import { type Plan } from './picture.ts';
import { retryAtMs } from './retry.ts';

/** How long a broker that doesn't answer may hold up a deletion. */
export const LET_GO_AFTER_MS = 10 * 60_000;

type Step = {
  readonly actions?: readonly Action[];
  readonly waiting?: Finding;
  readonly source?: Finding;
  readonly farewell?: Finding;
  readonly requeueAtMs?: number;
};

/** Workers drain and go, then the consumer goes by policy, then the finalizer; each only when the one before is done. */
export function planDeletion(snapshot: Snapshot, nowMs: number): Plan {
  const { actions = [], requeueAtMs, ...told } = nextStep(snapshot, nowMs);
  return {
    actions,
    picture: { ...told, rollingOut: false, wantedReplicas: 0, deleting: true },
    ...(requeueAtMs === undefined ? {} : { requeueAtMs }),
  };
}

function nextStep(snapshot: Snapshot, nowMs: number): Step {
  const { job, objects } = snapshot;
  if (!(job.metadata.finalizers ?? []).includes(FINALIZER)) return {};
  const { deployment, pods } = objects;
  if (deployment.state === 'ours') {
    const { uid } = deployment.object.metadata;
    const ref = refOf(deployment.object);
    return {
      actions: [{ type: 'delete', resource: resources.deployments, ref, uid, propagation: 'Foreground' }],
      waiting: DRAINING,
    };
  }
  if (deployment.state === 'leaving' || pods.length > 0) return { waiting: DRAINING };
  return job.spec.deletionPolicy === 'Retain' ? retain(snapshot) : deleteConsumer(snapshot, nowMs);
}

const DRAINING: Finding = { reason: 'Terminating', message: 'the workers finish what they have begun' };
const DONE: readonly Action[] = [{ type: 'removeFinalizer' }];

function retain({ job, clusterId }: Snapshot): Step {
  if (job.status?.source?.consumer === undefined) return { actions: DONE };
  const message = `consumer ${consumerNameOf(job, clusterId)} of stream ${streamOf(job)} stays`;
  return { actions: DONE, farewell: { reason: 'ConsumerRetained', message } };
}

function deleteConsumer(snapshot: Snapshot, nowMs: number): Step {
  const { job, clusterId, connection, task } = snapshot;
  const request: ConsumerRequest = {
    kind: 'delete',
    connection: job.spec.connection,
    stream: streamOf(job),
    consumer: consumerNameOf(job, clusterId),
    metadata: consumerMetadataOf(job, clusterId),
  };
  const again: readonly Action[] = [{ type: 'requestConsumer', request }];
  if (connection === undefined) {
    const message = `the operator’s configuration names no connection ${job.spec.connection}`;
    return letGoOr(snapshot, { reason: 'ConnectionNotFound', message }, nowMs, {});
  }
  if (task === undefined || !sameRequest(task.request, request)) return { actions: again, waiting: DELETING };
  return pursue(snapshot, task, again, nowMs);
}

const DELETING: Finding = { reason: 'Terminating', message: 'the durable consumer is being deleted' };

function pursue(snapshot: Snapshot, task: ConsumerTask, again: readonly Action[], nowMs: number): Step {
  const { outcome } = task;
  if (outcome.state === 'running') return { waiting: DELETING };
  if (outcome.state !== 'failed') return { actions: DONE };
  const finding = brokerFinding(outcome.error);
  // Somebody else's consumer is nothing of ours to delete.
  if (outcome.error instanceof ConflictError) return { actions: DONE, farewell: finding };
  const dueAtMs = retryAtMs(task);
  return letGoOr(snapshot, finding, nowMs, nowMs >= dueAtMs ? { actions: again } : { requeueAtMs: dueAtMs });
}

/** Goes on trying, until the deletion has waited for the broker long enough. */
function letGoOr(snapshot: Snapshot, finding: Finding, nowMs: number, retry: Step): Step {
  const letGoAtMs = waitingSinceMs(snapshot, nowMs) + LET_GO_AFTER_MS;
  if (nowMs >= letGoAtMs) return { actions: DONE, farewell: leftBehind(snapshot, finding) };
  const requeueAtMs = Math.min(letGoAtMs, retry.requeueAtMs ?? letGoAtMs);
  return { ...retry, waiting: DELETING, source: finding, requeueAtMs };
}

/** Since when the broker holds up the deletion, kept in status so that it outlives the process. */
function waitingSinceMs({ job }: Snapshot, nowMs: number): number {
  const stalled = job.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True');
  if (stalled === undefined) return nowMs;
  return Math.max(Date.parse(stalled.lastTransitionTime), Date.parse(job.metadata.deletionTimestamp ?? ''));
}

function leftBehind({ job, clusterId }: Snapshot, { reason, message }: Finding): Finding {
  const name = consumerNameOf(job, clusterId);
  return {
    reason: 'ConsumerLeft',
    message: `consumer ${name} of stream ${streamOf(job)} on connection ${job.spec.connection} may be left (${reason}: ${message})`,
  };
}

function streamOf({ spec }: Snapshot['job']): string {
  return spec.source.jetstream?.stream ?? '';
}
