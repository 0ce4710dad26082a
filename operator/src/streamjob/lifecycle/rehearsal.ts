import { createHash } from 'node:crypto';
import { type DesiredDeployment } from '../../kube/index.ts';
import { type Action } from '../actions.ts';
import { type Finding } from '../findings/finding.ts';
import { annotations } from '../names.ts';
import { type Snapshot } from '../snapshot.ts';
import { revisionOf } from './revision.ts';

/** Whether the API server would take the Deployment. */
export type Rehearsing =
  | { readonly state: 'passed' }
  | { readonly state: 'due'; readonly action: Action }
  | { readonly state: 'refused'; readonly finding: Finding };

/** A policy or a quota may have changed since it refused. */
const ASK_AGAIN_MS = 5 * 60_000;

/** A revision is tried by a dry run before it is applied; one that runs already needs none. */
export function planRehearsal(snapshot: Snapshot, desired: DesiredDeployment, nowMs: number): Rehearsing {
  const { deployment } = snapshot.objects;
  const live = deployment.state === 'ours' ? deployment.object : undefined;
  const wanted = desired.spec?.template.metadata?.annotations?.[annotations.revision];
  if (live !== undefined && revisionOf(live) === wanted) return { state: 'passed' };
  const fingerprint = fingerprintOf(desired);
  const known = snapshot.rehearsal?.fingerprint === fingerprint ? snapshot.rehearsal : undefined;
  if (known === undefined || (known.refusal !== undefined && nowMs - known.atMs >= ASK_AGAIN_MS)) {
    return { state: 'due', action: { type: 'rehearse', desired, fingerprint } };
  }
  return known.refusal === undefined ? { state: 'passed' } : { state: 'refused', finding: known.refusal };
}

/** Two Deployments that differ in the number of workers alone are refused for the same reasons. */
function fingerprintOf({ metadata, spec }: DesiredDeployment): string {
  const text = JSON.stringify({ name: metadata.name, template: spec?.template });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
