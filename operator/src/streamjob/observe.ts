import { type ControllerDeps } from '../deps.ts';
import { type ConfigMap, type Informer, type KubeObject } from '../kube/index.ts';
import { BY_JOB, type Caches } from './caches.ts';
import { type Verdict } from './check.ts';
import { verdictOf, type JobMemory } from './memory.ts';
import { lookAtMounts } from './mount-failures.ts';
import { connectionName, manifestName, workerName } from './names.ts';
import { type ConsumerTask, type JobObjects, type LiveStreamJob, type Snapshot, type Standing } from './snapshot.ts';
import { cachedStanding, classify, standingOf } from './standing.ts';

export type Observed = { readonly snapshot: Snapshot; readonly lookAgainAtMs?: number };

type Look = {
  readonly key: string;
  readonly job: LiveStreamJob;
  readonly caches: Caches;
  readonly memory: JobMemory;
  readonly task: ConsumerTask | undefined;
};

/** Reads everything about a job once: cluster objects from the caches, the broker's and the workers' part from samples. */
export async function observe(deps: ControllerDeps, look: Look, signal: AbortSignal): Promise<Observed> {
  const { api, samples, clock, config, clusterId } = deps;
  const { key, job, memory, task } = look;
  const verdict = verdictOf(memory, job, config.http);
  const objects = await observeObjects(deps, look, verdict, signal);
  const mounts = await lookAtMounts(api, objects.pods, memory.mounts, clock.now(), signal);
  const snapshot: Snapshot = {
    job,
    verdict,
    clusterId,
    worker: config.worker,
    http: config.http,
    connection: config.connections.find(({ name }) => name === job.spec.connection),
    objects,
    record: samples.record(key),
    task,
    rehearsal: memory.rehearsal,
    mountFailures: mounts.failures,
  };
  return { snapshot, ...(mounts.againAtMs === undefined ? {} : { lookAgainAtMs: mounts.againAtMs }) };
}

async function observeObjects(
  { api, config }: ControllerDeps,
  { key, job, caches }: Look,
  verdict: Verdict,
  signal: AbortSignal,
): Promise<JobObjects> {
  const { name } = job.metadata;
  const worker = workerName(name);
  const look = <T extends KubeObject>(cache: Informer<T>, object: string, isNeeded = true): Promise<Standing<T>> =>
    isNeeded ? standingOf(cache, api, job, object, signal) : Promise.resolve(cachedStanding(cache, job, object));
  const { caBundle } = config.connections.find(({ name: connection }) => connection === job.spec.connection) ?? {};
  const hasBundle = caBundle !== undefined || config.http.caBundle !== undefined;
  const ownAccount = verdict.ok && verdict.manifest.spec.worker?.serviceAccountName === undefined;
  const [deployment, serviceAccount, podDisruptionBudget, networkPolicy, connection] = await Promise.all([
    look(caches.deployments, worker),
    look(caches.serviceAccounts, worker, ownAccount),
    look(caches.podDisruptionBudgets, worker, verdict.ok),
    look(caches.networkPolicies, worker, verdict.ok),
    look(caches.configMaps, connectionName(name), verdict.ok && hasBundle),
  ]);
  const manifests = await observeManifests(api, { key, job, caches }, verdict, signal);
  const pods = caches.pods.byIndex(BY_JOB, key).filter(({ metadata }) => isWorkerPod(metadata.ownerReferences, worker));
  return { deployment, serviceAccount, podDisruptionBudget, networkPolicy, connection, manifests, pods };
}

async function observeManifests(
  api: ControllerDeps['api'],
  { key, job, caches }: Pick<Look, 'key' | 'job' | 'caches'>,
  verdict: Verdict,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Standing<ConfigMap>>> {
  const prefix = manifestName(job.metadata.name, '');
  const found = new Map<string, Standing<ConfigMap>>();
  for (const object of caches.configMaps.byIndex(BY_JOB, key)) {
    if (object.metadata.name.startsWith(prefix)) found.set(object.metadata.name, classify(object, job));
  }
  if (verdict.ok) {
    const wanted = manifestName(job.metadata.name, verdict.hash);
    if (!found.has(wanted)) found.set(wanted, await standingOf(caches.configMaps, api, job, wanted, signal));
  }
  return found;
}

/** A pod that only carries our labels is nobody that a deletion should wait for. */
function isWorkerPod(owners: readonly { kind: string; name: string }[] = [], worker: string): boolean {
  return owners.some(({ kind, name }) => kind === 'ReplicaSet' && name.startsWith(`${worker}-`));
}
