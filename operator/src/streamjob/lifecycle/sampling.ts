import { type SampleTarget } from '../../sampling/index.ts';
import { type Snapshot } from '../snapshot.ts';
import { type ConsumerPlan } from './consumer.ts';

/** What is to be sampled: the stream at once, the consumer when it was made, workers when they have an address. */
export function sampleTarget(snapshot: Snapshot, consumer: ConsumerPlan): { sample?: SampleTarget } {
  const { job, objects } = snapshot;
  const stream = job.spec.source.jetstream?.stream;
  if (stream === undefined) return {};
  const made = consumer.seen || job.status?.source?.consumer === consumer.name;
  const workers = objects.pods.flatMap(({ metadata, status }) =>
    metadata.deletionTimestamp === undefined && status?.podIP !== undefined
      ? [{ uid: metadata.uid, name: metadata.name, ip: status.podIP }]
      : [],
  );
  const target = { connection: job.spec.connection, stream, workers };
  return { sample: made ? { ...target, consumer: consumer.name } : target };
}
