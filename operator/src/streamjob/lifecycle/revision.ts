import { validateStreamJob, workerManifest, type WorkerManifest } from '@streamjob/crds';
import { parse } from 'yaml';
import { type ConfigMap, type Deployment } from '../../kube/index.ts';
import { annotations, MANIFEST_KEY, manifestName } from '../names.ts';
import { type Snapshot, type Standing } from '../snapshot.ts';

/** A manifest that workers run or may run, and its hash. */
export type Revision = { readonly manifest: WorkerManifest; readonly hash: string };

/** The hash that a Deployment's pods are made for. */
export function revisionOf(deployment: Deployment | undefined): string | undefined {
  return deployment?.spec?.template.metadata?.annotations?.[annotations.revision];
}

/** What the Deployment runs, read back from the ConfigMap that it names: the last good revision when the spec is bad. */
export function runningRevision({ job, objects }: Snapshot): Revision | undefined {
  const { deployment } = objects;
  const hash = deployment.state === 'ours' ? revisionOf(deployment.object) : undefined;
  if (hash === undefined) return undefined;
  const manifest = readManifest(objects.manifests.get(manifestName(job.metadata.name, hash)));
  return manifest === undefined ? undefined : { manifest, hash };
}

function readManifest(standing: Standing<ConfigMap> | undefined): WorkerManifest | undefined {
  const text = standing?.state === 'ours' ? standing.object.data?.[MANIFEST_KEY] : undefined;
  if (text === undefined) return undefined;
  const validated = validateStreamJob(parse(text));
  return validated.ok ? workerManifest(validated.job) : undefined;
}

/** Whether every worker runs the revision and no other worker is left. */
export function isRolledOut(deployment: Deployment | undefined, hash: string): boolean {
  if (deployment === undefined || revisionOf(deployment) !== hash) return false;
  const { replicas: wanted = 1 } = deployment.spec ?? {};
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = deployment.status ?? {};
  const seen = observedGeneration >= (deployment.metadata.generation ?? 0);
  return seen && replicas === wanted && updatedReplicas === wanted && availableReplicas >= wanted;
}

/** Names of the manifests that the Deployment or a pod still mounts. */
export function mountedManifests({ job, objects }: Snapshot): ReadonlySet<string> {
  const templates = [
    ...(objects.deployment.state === 'ours' ? [objects.deployment.object.spec?.template.spec] : []),
    ...objects.pods.map((pod) => pod.spec),
  ];
  const names = templates.flatMap((spec) => (spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []));
  return new Set(names.filter((name) => name.startsWith(manifestName(job.metadata.name, ''))));
}
