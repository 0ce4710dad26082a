import { type Condition, type StreamJobStatus } from '@streamjob/crds';
import { resources, type Deployment, type EventRecord } from '../kube/index.ts';
import { type Action } from './actions.ts';
import { brokerFinding } from './findings/broker.ts';
import { type Picture } from './lifecycle/index.ts';
import { revisionOf } from './lifecycle/revision.ts';
import { type Reason } from './reasons.ts';
import { type ConsumerTask, type LiveStreamJob, type Snapshot } from './snapshot.ts';

/** An event without what it is about. */
export type Notice = Pick<EventRecord, 'type' | 'action' | 'note'> & { readonly reason: Reason };

const TOLD = ['Stalled', 'Ready', 'SourceReady'] as const;

/** What changed from one status to the next, worth an event: each reason once. */
export function transitionNotices(before: StreamJobStatus | undefined, next: StreamJobStatus): readonly Notice[] {
  const notices = TOLD.flatMap((type) => transition(find(before, type), find(next, type)));
  return [...new Map(notices.map((notice) => [notice.reason, notice])).values()];
}

function find(status: StreamJobStatus | undefined, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

function transition(before: Condition | undefined, next: Condition | undefined): Notice[] {
  if (next === undefined) {
    return before === undefined ? [] : [notice('Recovered', 'Check', `${before.reason} is over`)];
  }
  const { type, status, reason, message } = next;
  // Another fault of a spec is worth telling; which of many pods is in trouble is not.
  const isTold = type !== 'Stalled' || before?.message === message;
  const same = before?.status === status && before.reason === reason && isTold;
  if (same || status === 'Unknown' || QUIET.has(reason)) return [];
  if (type === 'SourceReady' && status === 'True') return [];
  const good = type !== 'Stalled' && status === 'True';
  const isExpected = reason === 'Suspended' || reason === 'Terminating';
  return [
    { type: good || isExpected ? 'Normal' : 'Warning', reason: reason as Reason, action: 'Check', note: message },
  ];
}

/** Stations on the way that every job passes. */
const QUIET: ReadonlySet<string> = new Set(['Starting', 'WorkersStarting', 'Replacing']);

/** What was decided and done. */
export function actionNotices(done: readonly Action[], { objects }: Snapshot, picture: Picture): readonly Notice[] {
  const live = objects.deployment.state === 'ours' ? objects.deployment.object : undefined;
  const notices = done.flatMap((action) => {
    if (action.type === 'scale') return scaled(live?.spec?.replicas, action.replicas);
    if (action.type !== 'apply' || action.resource.plural !== resources.deployments.plural) return [];
    return deploymentNotices(live, action.desired as Deployment);
  });
  const { farewell } = picture;
  if (farewell === undefined) return notices;
  const type = farewell.reason === 'ConsumerRetained' ? 'Normal' : 'Warning';
  return [...notices, { type, reason: farewell.reason, action: 'Delete', note: farewell.message }];
}

function deploymentNotices(live: Deployment | undefined, desired: Deployment): Notice[] {
  const revision = revisionOf(desired);
  const rollout =
    revision === revisionOf(live) ? [] : [notice('RolloutStarted', 'Rollout', `revision ${revision ?? ''} rolls out`)];
  return [...rollout, ...scaled(live?.spec?.replicas, desired.spec?.replicas)];
}

function scaled(from: number | undefined, to: number | undefined): Notice[] {
  if (from === undefined || to === undefined || from === to) return [];
  return [notice('Scaled', 'Scale', `from ${from} to ${to} workers`)];
}

/** What came of a request about the consumer. */
export function consumerNotices({ request, outcome }: ConsumerTask): readonly Notice[] {
  const name = request.kind === 'ensure' ? request.desired.name : request.consumer;
  const where = `consumer ${name} of stream ${request.stream}`;
  if (outcome.state === 'failed') {
    const { reason, message } = brokerFinding(outcome.error);
    return [{ type: 'Warning', reason, action: request.kind === 'ensure' ? 'Ensure' : 'Delete', note: message }];
  }
  if (outcome.state === 'deleted') {
    return outcome.result === 'deleted' ? [notice('ConsumerDeleted', 'Delete', `${where} was deleted`)] : [];
  }
  if (outcome.state === 'running' || outcome.result === 'unchanged') return [];
  return [notice(ENSURED[outcome.result], 'Ensure', `${where} was ${outcome.result}`)];
}

const ENSURED = { created: 'ConsumerCreated', updated: 'ConsumerUpdated', adopted: 'ConsumerAdopted' } as const;

function notice(reason: Reason, action: string, note: string): Notice {
  return { type: 'Normal', reason, action, note };
}

/** The event that a notice about a job is written as. */
export function eventOf(
  { apiVersion, kind, metadata }: LiveStreamJob,
  { type, reason, action, note }: Notice,
): EventRecord {
  const { namespace = '', name, uid } = metadata;
  return { regarding: { apiVersion, kind, namespace, name, uid }, type, reason, action, note };
}
