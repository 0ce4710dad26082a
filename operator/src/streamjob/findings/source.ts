import { type StreamInfo } from '@streamjob/nats';
import { annotations } from '../names.ts';
import { type LiveStreamJob } from '../snapshot.ts';
import { type Finding } from './finding.ts';

/** Whether the stream is the one that was read before. */
export type SourceIdentity =
  | { readonly state: 'same' }
  /** Changed, and the job says that this is meant. */
  | { readonly state: 'accepted'; readonly recreated: boolean }
  | { readonly state: 'regressed'; readonly finding: Finding };

export function identifySource(job: LiveStreamJob, stream: StreamInfo): SourceIdentity {
  const before = job.status?.source;
  const recreated = before?.streamCreated !== undefined && !sameTime(before.streamCreated, stream.created);
  const wentBack = !recreated && (before?.lastSequence ?? 0) > stream.state.lastSequence;
  if (!recreated && !wentBack) return { state: 'same' };
  if (acceptedSource(job) === stream.created) return { state: 'accepted', recreated };
  return { state: 'regressed', finding: regression(job, stream, recreated) };
}

/** The creation time that the job's owner accepts, as written. */
export function acceptedSource(job: LiveStreamJob): string | undefined {
  return job.metadata.annotations?.[annotations.acceptSource];
}

function regression(job: LiveStreamJob, stream: StreamInfo, recreated: boolean): Finding {
  const what = recreated
    ? `stream ${stream.name} was created anew at ${stream.created}; the job read the one of ${job.status?.source?.streamCreated ?? ''}`
    : `the last sequence of stream ${stream.name} went back from ${job.status?.source?.lastSequence ?? 0} to ${stream.state.lastSequence}`;
  const cure = `to go on with it, annotate the job with ${annotations.acceptSource}=${stream.created}`;
  return { reason: 'SourceRegressed', message: `${what}; ${cure}` };
}

/** Equal instants are equal times, however many decimals they are written with. */
function sameTime(one: string, other: string): boolean {
  return one === other || Date.parse(one) === Date.parse(other);
}
