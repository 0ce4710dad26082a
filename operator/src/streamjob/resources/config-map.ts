import { type WorkerManifest } from '@streamjob/crds';
import { stringify } from 'yaml';
import { type DesiredConfigMap } from '../../kube/objects.ts';
import { usedHosts } from '../http-hosts.ts';
import { CA_KEY, connectionName, HTTP_CA_KEY, MANIFEST_KEY, manifestName } from '../names.ts';
import { type RenderContext } from './context.ts';
import { metadata } from './metadata.ts';

/** The manifest as workers read it: the shape that users write, keys sorted so that equal manifests are equal texts. */
export function manifestText(manifest: WorkerManifest): string {
  return stringify(manifest, { sortMapEntries: true, lineWidth: 0 });
}

/** Holds the manifest of one revision; its name says the hash, so it never changes. */
export function manifestConfigMap({ job, manifest, hash }: RenderContext): DesiredConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(job, manifestName(job.name, hash)),
    immutable: true,
    data: { [MANIFEST_KEY]: manifestText(manifest) },
  };
}

/** The CA bundles that a job's workers need, by file name: those of its connection and of the HTTP hosts that it uses. */
export function authorities({ job, manifest, connection, http }: RenderContext): Readonly<Record<string, string>> {
  const usesHttp = http.caBundle !== undefined && usedHosts(manifest, job.namespace, http).length > 0;
  return {
    ...(connection.caBundle !== undefined && { [CA_KEY]: connection.caBundle }),
    ...(usesHttp && http.caBundle !== undefined && { [HTTP_CA_KEY]: http.caBundle }),
  };
}

/** Holds the CA bundles; undefined when there is none. */
export function connectionConfigMap(context: RenderContext): DesiredConfigMap | undefined {
  const data = authorities(context);
  if (Object.keys(data).length === 0) return undefined;
  const { job } = context;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(job, connectionName(job.name)), data };
}
