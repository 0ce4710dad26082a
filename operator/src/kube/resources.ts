import { type Ref } from './objects.ts';

/** Where a kind lives in the API. The core group is the empty string. */
export type Resource = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
};

const namespaced = (group: string, version: string, plural: string, kind: string): Resource => ({
  group,
  version,
  plural,
  kind,
  namespaced: true,
});

/** Every kind that the operator reads or writes. */
export const resources = {
  streamJobs: namespaced('streamjobs.dev', 'v1alpha1', 'streamjobs', 'StreamJob'),
  deployments: namespaced('apps', 'v1', 'deployments', 'Deployment'),
  replicaSets: namespaced('apps', 'v1', 'replicasets', 'ReplicaSet'),
  pods: namespaced('', 'v1', 'pods', 'Pod'),
  configMaps: namespaced('', 'v1', 'configmaps', 'ConfigMap'),
  serviceAccounts: namespaced('', 'v1', 'serviceaccounts', 'ServiceAccount'),
  podDisruptionBudgets: namespaced('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget'),
  networkPolicies: namespaced('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy'),
  events: namespaced('events.k8s.io', 'v1', 'events', 'Event'),
  leases: namespaced('coordination.k8s.io', 'v1', 'leases', 'Lease'),
  namespaces: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false },
} as const satisfies Record<string, Resource>;

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Path of a collection; all namespaces when none is given. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(resource: Resource, { namespace, name }: Ref, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
