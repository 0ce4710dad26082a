import { type KubeApi, type KubeObject, type Pod, type Resource } from '../kube/index.ts';

/** A pod that was scheduled so long ago and has no container yet is stuck. */
const STUCK_AFTER_MS = 20_000;
const ASK_EVERY_MS = 30_000;
/** Pods of one job wait for the same thing, so a few tell it. */
const MAX_ASKED = 3;

/** The kubelet writes events of the core group. */
const EVENTS: Resource = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };

type MountEvent = KubeObject & { readonly message?: string };
type Asked = { readonly atMs: number; readonly note: string | undefined };

/** What is known of pods that wait for their volumes, by pod UID. */
export type MountMemory = Map<string, Asked>;

export type MountLook = {
  readonly failures: ReadonlyMap<string, string>;
  /** When a pod that waits now would count as stuck, or a stuck one is asked about again. */
  readonly againAtMs?: number;
};

/** The operator can't read Secrets, so it learns from the kubelet's events that one is missing. */
export async function lookAtMounts(
  api: KubeApi,
  pods: readonly Pod[],
  memory: MountMemory,
  nowMs: number,
  signal: AbortSignal,
): Promise<MountLook> {
  const waiting = pods.filter(isCreating).slice(0, MAX_ASKED);
  for (const uid of memory.keys()) if (!waiting.some(({ metadata }) => metadata.uid === uid)) memory.delete(uid);
  const failures = new Map<string, string>();
  let againAtMs: number | undefined;
  for (const pod of waiting) {
    const stuckAtMs = scheduledAtMs(pod) + STUCK_AFTER_MS;
    const next = nowMs < stuckAtMs ? stuckAtMs : nowMs + ASK_EVERY_MS;
    againAtMs = Math.min(againAtMs ?? next, next);
    const note = nowMs < stuckAtMs ? undefined : await ask(api, pod, memory, nowMs, signal);
    if (note !== undefined) failures.set(pod.metadata.uid, note);
  }
  return { failures, ...(againAtMs === undefined ? {} : { againAtMs }) };
}

async function ask(
  api: KubeApi,
  { metadata: { uid, namespace = '' } }: Pod,
  memory: MountMemory,
  nowMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = memory.get(uid);
  if (known !== undefined && nowMs - known.atMs < ASK_EVERY_MS) return known.note;
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedMount`;
  const { items } = await api.list<MountEvent>(EVENTS, { namespace, fieldSelector, limit: 10, signal });
  const note = items.map(({ message }) => message).findLast((text) => text !== undefined);
  memory.set(uid, { atMs: nowMs, note });
  return note;
}

function isCreating({ metadata, status }: Pod): boolean {
  const [container] = status?.containerStatuses ?? [];
  return metadata.deletionTimestamp === undefined && container?.state?.waiting?.reason === 'ContainerCreating';
}

function scheduledAtMs({ metadata, status }: Pod): number {
  const scheduled = status?.conditions?.find(({ type, status: held }) => type === 'PodScheduled' && held === 'True');
  return Date.parse(scheduled?.lastTransitionTime ?? metadata.creationTimestamp ?? '');
}
