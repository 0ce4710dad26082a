import { type WorkerManifest } from '@streamjob/crds';
import { stringify } from 'yaml';
import { type DesiredConfigMap } from '../../kube/objects.ts';
import { CA_KEY, connectionName, MANIFEST_KEY, manifestName } from '../names.ts';
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

/** Holds the connection's CA bundle; undefined when it has none. */
export function connectionConfigMap({ job, connection }: RenderContext): DesiredConfigMap | undefined {
  if (connection.caBundle === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(job, connectionName(job.name)),
    data: { [CA_KEY]: connection.caBundle },
  };
}
