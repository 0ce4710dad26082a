import { type Deployment, type Pod } from '../../kube/index.ts';
import { type Reason } from '../reasons.ts';
import { MODULE_VOLUME } from '../resources/index.ts';
import { type Finding } from './finding.ts';

type PodStatus = NonNullable<Pod['status']>;
type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];

/** A container that has ended this often without ever staying up is looping, though the kubelet just started it again. */
const LOOPING_RESTARTS = 2;
const IMAGE_REASONS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']);
const BROKEN_REASONS = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

/** Why workers that should be ready aren't, the plainest reason first; each reason once. */
export function podFindings(
  deployment: Deployment | undefined,
  pods: readonly Pod[],
  mountFailures: ReadonlyMap<string, string>,
): readonly Finding[] {
  const live = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const found = [
    ...live.flatMap((pod) => podFinding(pod, mountFailures.get(pod.metadata.uid)) ?? []),
    ...deploymentFindings(deployment),
  ];
  return [...new Map(found.toReversed().map((finding) => [finding.reason, finding])).values()].toReversed();
}

function podFinding(pod: Pod, mountFailure: string | undefined): Finding | undefined {
  const name = pod.metadata.name;
  if (mountFailure !== undefined) {
    return { reason: mountReason(mountFailure), message: `pod ${name} cannot start: ${mountFailure}` };
  }
  const container = pod.status?.containerStatuses?.find((status) => status.name === 'worker');
  if (container === undefined) return unschedulable(pod);
  return waitingFinding(name, container) ?? loopFinding(name, container);
}

function mountReason(failure: string): Reason {
  if (failure.includes(`"${MODULE_VOLUME}`)) return 'ModuleMissing';
  return failure.includes('secret') ? 'CredentialsMissing' : 'PodFailed';
}

function waitingFinding(pod: string, { state, image }: ContainerStatus): Finding | undefined {
  const { reason, message } = state?.waiting ?? {};
  if (reason === undefined) return undefined;
  const told = message === undefined ? '' : `: ${message}`;
  if (IMAGE_REASONS.has(reason))
    return { reason: 'ImagePullFailed', message: `pod ${pod} cannot get ${image} (${reason})` };
  return BROKEN_REASONS.has(reason) ? { reason: 'PodFailed', message: `pod ${pod}: ${reason}${told}` } : undefined;
}

/** The restart count moves all the time and is left out, so that the message doesn't. */
function loopFinding(pod: string, { state, lastState, restartCount, ready }: ContainerStatus): Finding | undefined {
  const ended = lastState?.terminated ?? state?.terminated;
  const looping = state?.waiting?.reason === 'CrashLoopBackOff' || (!ready && restartCount >= LOOPING_RESTARTS);
  if (!looping || ended === undefined) return undefined;
  if (ended.reason === 'OOMKilled') {
    return { reason: 'OutOfMemory', message: `pod ${pod} was killed at its memory limit` };
  }
  return { reason: 'CrashLooping', message: `pod ${pod} keeps ending with exit code ${ended.exitCode}` };
}

function unschedulable(pod: Pod): Finding | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return { reason: 'Unschedulable', message: scheduled.message ?? 'no node takes the pods' };
}

function deploymentFindings(deployment: Deployment | undefined): Finding[] {
  const failure = deployment?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  if (failure?.status !== 'True') return [];
  const message = failure.message ?? 'pods cannot be created';
  return [{ reason: message.includes('exceeded quota') ? 'QuotaExceeded' : 'PodsRefused', message }];
}
