import { type Condition, type StreamJobStatus } from '@streamjob/crds';
import { type Picture } from '../lifecycle/picture.ts';
import { type Evidence } from './evidence.ts';

/** The state in one word, for people. */
export function phaseOf(
  suspend: boolean,
  picture: Picture,
  { deployment }: Evidence,
  conditions: readonly Condition[],
): NonNullable<StreamJobStatus['phase']> {
  const is = (type: string, status: string) => conditions.some((one) => one.type === type && one.status === status);
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (picture.deleting) return 'Stopped';
  if (suspend) return 'Suspended';
  if (ready?.status === 'True') return picture.wantedReplicas === 0 ? 'Idle' : 'Running';
  if (deployment === undefined) return is('Stalled', 'True') ? 'Stopped' : 'Pending';
  if (ready?.reason === 'SourceRegressed' || ready?.reason === 'WorkerStopped') return 'Stopped';
  if ((deployment.status?.availableReplicas ?? 0) > 0) return 'Degraded';
  return is('Stalled', 'True') || ready?.reason !== 'WorkersStarting' ? 'Degraded' : 'Pending';
}
