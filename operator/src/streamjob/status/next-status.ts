import { type StreamJobStatus } from '@streamjob/crds';
import { toTimestamp } from '../../runtime/index.ts';
import { type Picture } from '../lifecycle/picture.ts';
import { selectorText } from '../names.ts';
import { type Snapshot } from '../snapshot.ts';
import { conditionsOf, judge } from './conditions.ts';
import { type Evidence } from './evidence.ts';
import { phaseOf } from './phase.ts';
import { sourceStatusOf } from './source.ts';
import { throughputOf, type Meter } from './throughput.ts';

/** Everything that the status should say now. */
export function nextStatus(
  snapshot: Snapshot,
  picture: Picture,
  evidence: Evidence,
  meter: Meter,
  nowMs: number,
): StreamJobStatus {
  const { job } = snapshot;
  const generation = job.metadata.generation ?? 0;
  const judgements = judge(snapshot, picture, evidence);
  const conditions = conditionsOf(judgements, job.status?.conditions ?? [], generation, toTimestamp(nowMs));
  const source = sourceStatusOf(snapshot, picture);
  const { replicas = 0, readyReplicas = 0 } = evidence.deployment?.status ?? {};
  const throughput = evidence.progress.length > 0 ? throughputOf(meter, evidence.progress) : job.status?.throughput;
  return {
    observedGeneration: generation,
    phase: phaseOf(job.spec.suspend, picture, evidence, conditions),
    replicas,
    readyReplicas,
    selector: selectorText(job.metadata.name),
    conditions,
    ...(source === undefined ? {} : { source }),
    ...(throughput === undefined || evidence.pods.length === 0 ? {} : { throughput }),
    ...(picture.revision === undefined ? {} : { revision: { current: picture.revision } }),
  };
}
