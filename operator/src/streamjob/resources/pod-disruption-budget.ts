import { type DesiredPodDisruptionBudget } from '../../kube/objects.ts';
import { selectorLabels, workerName } from '../names.ts';
import { type RenderContext } from './context.ts';
import { metadata } from './metadata.ts';

/** One worker at a time may be evicted; one that isn't ready may always be, so that a broken job never blocks a drain. */
export function podDisruptionBudget({ job }: RenderContext): DesiredPodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(job, workerName(job.name)),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: selectorLabels(job.name) },
    },
  };
}
