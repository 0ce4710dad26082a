import { type Sampled, type SampleTarget, type JobRecord } from '../../sampling/index.ts';

/**
 * Whether everything that is sampled was looked at once. A process that just started, or a pod that just got its
 * address, is no news: until the first look is over the last status is the best that is known.
 */
export function isLookedAt({ stream, consumer, account, workers }: JobRecord, target: SampleTarget): boolean {
  const asked = [stream, account, ...(target.consumer === undefined ? [] : [consumer])];
  return asked.every(isOver) && target.workers.every(({ uid }) => isOver(workers.get(uid) ?? {}));
}

function isOver({ atMs, error }: Sampled<unknown>): boolean {
  return atMs !== undefined || error !== undefined;
}
