import { type DesiredServiceAccount } from '../../kube/objects.ts';
import { workerName } from '../names.ts';
import { type RenderContext } from './context.ts';
import { metadata } from './metadata.ts';

/** An account without rights and without a token; undefined when the job names its own. */
export function serviceAccount({ job, manifest }: RenderContext): DesiredServiceAccount | undefined {
  if (manifest.spec.worker?.serviceAccountName !== undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(job, workerName(job.name)),
    automountServiceAccountToken: false,
  };
}
