import type { Progress } from '@streamjob/crds';

/** What the worker did since it started; each number only grows. */
export type Counts = Required<Progress['counts']>;

export function createCounts(): Counts {
  return {
    received: 0,
    finished: 0,
    emitted: 0,
    filtered: 0,
    dropped: 0,
    unrouted: 0,
    deadLettered: 0,
    failed: 0,
    retried: 0,
    duplicates: 0,
    redelivered: 0,
    lostConfirmations: 0,
  };
}
