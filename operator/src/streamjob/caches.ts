import {
  resources,
  type ConfigMap,
  type Deployment,
  type Informer,
  type Informers,
  type KubeObject,
  type NetworkPolicy,
  type Pod,
  type PodDisruptionBudget,
  type Resource,
  type ServiceAccount,
} from '../kube/index.ts';
import { labels } from './names.ts';
import { type LiveStreamJob } from './snapshot.ts';

/** What the controller watches: jobs, and everything that carries a job's label. */
export type Caches = {
  readonly streamJobs: Informer<LiveStreamJob>;
  readonly deployments: Informer<Deployment>;
  readonly configMaps: Informer<ConfigMap>;
  readonly serviceAccounts: Informer<ServiceAccount>;
  readonly podDisruptionBudgets: Informer<PodDisruptionBudget>;
  readonly networkPolicies: Informer<NetworkPolicy>;
  readonly pods: Informer<Pod>;
};

/** Index of a job's objects by its key. */
export const BY_JOB = 'job';

export function createCaches(informers: Informers): Caches {
  const labelled = <T extends KubeObject>(resource: Resource): Informer<T> =>
    informers.for<T>(resource, { labelSelector: labels.job, indexes: { [BY_JOB]: jobKeysOf } });
  return {
    streamJobs: informers.for<LiveStreamJob>(resources.streamJobs),
    deployments: labelled(resources.deployments),
    configMaps: labelled(resources.configMaps),
    serviceAccounts: labelled(resources.serviceAccounts),
    podDisruptionBudgets: labelled(resources.podDisruptionBudgets),
    networkPolicies: labelled(resources.networkPolicies),
    pods: labelled(resources.pods),
  };
}

/** Key of the job that an object says it belongs to. */
export function jobKeysOf({ metadata }: KubeObject): readonly string[] {
  const job = metadata.labels?.[labels.job];
  return job === undefined || metadata.namespace === undefined ? [] : [`${metadata.namespace}/${job}`];
}

/** Calls `enqueue` with the key of every job that changed, or that something of changed. */
export function watchAll(caches: Caches, enqueue: (key: string) => void): void {
  caches.streamJobs.subscribe(({ metadata: { namespace = '', name } }) => [`${namespace}/${name}`], enqueue);
  const { streamJobs: _streamJobs, ...others } = caches;
  for (const cache of Object.values(others)) (cache as Informer<KubeObject>).subscribe(jobKeysOf, enqueue);
}

/** The cache that an object of a kind is kept in. */
export function cacheOf(caches: Caches, { plural }: Resource): Informer<KubeObject> | undefined {
  return (Object.values(caches) as Informer<KubeObject>[]).find(({ resource }) => resource.plural === plural);
}
