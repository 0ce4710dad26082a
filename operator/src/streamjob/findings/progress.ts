import { type Progress } from '@streamjob/crds';
import { type Pod } from '../../kube/index.ts';
import { type JobRecord } from '../../sampling/index.ts';
import { isReason } from '../reasons.ts';
import { type Finding } from './finding.ts';

/** Older progress says nothing about now. */
const FRESH_MS = 90_000;

/** What a worker told, and the UID of its pod. */
export type Told = Progress & { readonly podUid: string };

/** What the workers of `pods` told lately. */
export function freshProgress(record: JobRecord, pods: readonly Pod[], nowMs: number): readonly Told[] {
  return pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .flatMap(({ metadata: { uid } }) => {
      const { value, atMs = 0 } = record.workers.get(uid) ?? {};
      return value !== undefined && nowMs - atMs <= FRESH_MS ? [{ ...value, podUid: uid }] : [];
    });
}

/** Why workers that run don't get on, as they say themselves: the worst first, each once. No counts: they always move. */
export function progressFindings(told: readonly Progress[], ownAccount: string | undefined): readonly Finding[] {
  const found = [
    ...told.flatMap((progress) => accountFinding(progress, ownAccount)),
    ...told.flatMap(stoppedFinding),
    ...told.flatMap(waitingFindings),
  ];
  return [...new Map(found.map((finding) => [`${finding.reason} ${finding.message}`, finding])).values()];
}

function accountFinding({ account }: Progress, own: string | undefined): Finding[] {
  if (account === null || own === undefined || account === own) return [];
  const message = `the workers’ credentials belong to NATS account ${account}, the operator’s to ${own}`;
  return [{ reason: 'AccountMismatch', message }];
}

function stoppedFinding({ stopped }: Progress): Finding[] {
  if (stopped === null) return [];
  const { reason, message } = stopped;
  return [isReason(reason) ? { reason, message } : { reason: 'WorkerStopped', message: `${reason}: ${message}` }];
}

/** A worker that is starting isn't ready, which the kubelet tells already. */
function waitingFindings({ waiting }: Progress): Finding[] {
  return waiting
    .filter(({ reason }) => reason !== 'Starting')
    .map(({ destination, reason, code }) => {
      const answer = code === '' ? '' : ` (${code})`;
      const message = `${describe(destination, reason)}${answer}`;
      return isReason(reason) ? { reason, message } : { reason: 'WorkerWaits', message: `${reason}: ${message}` };
    });
}

/** What a step tells rather than a sink. */
const OF_STEPS: ReadonlySet<string> = new Set(['LookupUnreachable', 'ModuleUnavailable']);

function describe(destination: string, reason: string): string {
  if (destination === 'source') return 'the workers cannot read their source';
  if (OF_STEPS.has(reason)) return `step ${destination} cannot get what it depends on, its messages wait`;
  const where = destination === 'deadLetter' ? 'the dead-letter stream' : `sink ${destination}`;
  return `${where} takes nothing, what is for it waits`;
}
