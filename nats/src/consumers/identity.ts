import { createHash } from 'node:crypto';

/** Whose consumer it is. The UID is noted but is no part of the identity: a job made anew finds its retained consumer. */
export type ConsumerIdentity = { readonly clusterId: string; readonly namespace: string; readonly name: string };

const CLUSTER = 'streamjobs.dev/cluster';
const NAMESPACE = 'streamjobs.dev/namespace';
const NAME = 'streamjobs.dev/name';
const UID = 'streamjobs.dev/uid';

/** `sj-<10 hex digits>-<name>`: the hash keeps jobs of one name in two clusters or namespaces apart. */
export function consumerName({ clusterId, namespace, name }: ConsumerIdentity): string {
  const hash = createHash('sha256').update(`${clusterId}/${namespace}/${name}`).digest('hex').slice(0, 10);
  return `sj-${hash}-${name}`;
}

export function consumerMetadata(id: ConsumerIdentity & { readonly uid: string }): Record<string, string> {
  return { [CLUSTER]: id.clusterId, [NAMESPACE]: id.namespace, [NAME]: id.name, [UID]: id.uid };
}

type Metadata = Readonly<Record<string, string>>;

/** True when both name the same job of the same cluster; whatever else they hold. */
export function sameOwner(a: Metadata, b: Metadata): boolean {
  return [CLUSTER, NAMESPACE, NAME].every((key) => a[key] !== undefined && a[key] === b[key]);
}

/** For messages to people: `namespace/name of cluster id`, or that nobody signed it. */
export function describeOwner(metadata: Metadata): string {
  const name = metadata[NAME];
  if (name === undefined) return 'nobody who signed it';
  return `job ${metadata[NAMESPACE] ?? '?'}/${name} of cluster ${metadata[CLUSTER] ?? '?'}`;
}
