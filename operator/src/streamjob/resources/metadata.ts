import { API_VERSION, KIND } from '@streamjob/crds';
import { type Manifest, type OwnerReference } from '../../kube/objects.ts';
import { objectLabels, type JobId } from '../names.ts';

/** Makes the garbage collector remove the object with its job. */
export function ownerReference(job: JobId): OwnerReference {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    name: job.name,
    uid: job.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function metadata(job: JobId, name: string): Manifest['metadata'] {
  return {
    name,
    namespace: job.namespace,
    labels: objectLabels(job.name),
    ownerReferences: [ownerReference(job)],
  };
}
