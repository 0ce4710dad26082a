import { type Deployment, type Pod } from '../../kube/index.ts';
import { type Finding } from '../findings/finding.ts';
import { podFindings } from '../findings/pods.ts';
import { freshProgress, progressFindings, type Told } from '../findings/progress.ts';
import { type Snapshot } from '../snapshot.ts';

/** How the workers are, as the cluster and they themselves tell. */
export type Evidence = {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly Pod[];
  readonly progress: readonly Told[];
  /** Why pods aren't ready. */
  readonly pending: readonly Finding[];
  /** Why ready ones don't get on. */
  readonly blocked: readonly Finding[];
};

export function gatherEvidence({ objects, record, mountFailures }: Snapshot, nowMs: number): Evidence {
  const deployment = objects.deployment.state === 'ours' ? objects.deployment.object : undefined;
  const progress = freshProgress(record, objects.pods, nowMs);
  return {
    deployment,
    pods: objects.pods,
    progress,
    pending: podFindings(deployment, objects.pods, mountFailures),
    blocked: progressFindings(progress, record.account.value),
  };
}
