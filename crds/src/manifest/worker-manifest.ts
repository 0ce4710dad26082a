import { createHash } from 'node:crypto';
import { API_VERSION, KIND } from '../names.ts';
import type { ValidSpec, ValidStreamJob } from '../stream-job.ts';
import { sortedJson } from './sorted-json.ts';

/** The part of a StreamJob that shapes a worker, in the shape that users write and as they wrote it. */
export type WorkerManifest = {
  apiVersion: typeof API_VERSION;
  kind: typeof KIND;
  metadata: { name: string; namespace?: string };
  spec: Pick<ValidSpec, 'source' | 'steps' | 'sinks' | 'deadLetter' | 'worker'>;
};

/** Picks what shapes a worker; nothing is filled in, so that a new default rolls no pod. */
export function workerManifest(job: ValidStreamJob): WorkerManifest {
  const { name, namespace } = job.metadata;
  const { source, steps, sinks, deadLetter, worker } = job.spec;
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: {
      source,
      ...(steps && { steps }),
      sinks,
      ...(deadLetter && { deadLetter }),
      ...(worker && { worker }),
    },
  };
}

/** Ten hex digits that tell one worker manifest from another, whatever the order of its keys. */
export function manifestHash(manifest: WorkerManifest): string {
  return createHash('sha256').update(sortedJson(manifest.spec)).digest('hex').slice(0, 10);
}
