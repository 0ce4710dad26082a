import { type StreamJobStatus } from '@streamjob/crds';
import { toTimestamp } from '../../runtime/index.ts';
import { identifySource } from '../findings/source.ts';
import { type Picture } from '../lifecycle/picture.ts';
import { type Snapshot } from '../snapshot.ts';

export type SourceStatus = NonNullable<StreamJobStatus['source']>;

/**
 * What the broker says about the source. What isn't known now stays as it was; a stream that isn't the one that was read
 * changes nothing, so that the difference is still seen after a restart.
 */
export function sourceStatusOf({ job, record, task }: Snapshot, picture: Picture): SourceStatus | undefined {
  const before = job.status?.source;
  const stream = record.stream.value;
  if (stream === undefined || picture.deleting || picture.consumer?.seen !== true) return before;
  if (identifySource(job, stream).state === 'regressed') return before;
  const sampled = record.consumer.value ?? (task?.outcome.state === 'ensured' ? task.outcome.info : undefined);
  const observedMs = record.consumer.atMs ?? record.stream.atMs;
  return {
    ...before,
    stream: stream.name,
    streamCreated: stream.created,
    consumer: picture.consumer.name,
    lastSequence: stream.state.lastSequence,
    ...(sampled === undefined
      ? {}
      : {
          pending: sampled.pending,
          ackPending: sampled.ackPending,
          ackFloor: sampled.ackFloor.stream,
          redelivered: sampled.redelivered,
        }),
    ...(observedMs === undefined ? {} : { observedTime: toTimestamp(observedMs) }),
  };
}
