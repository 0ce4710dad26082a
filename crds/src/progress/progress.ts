import { z } from 'zod';

const count = z.number().min(0);

const counts = z.object({
  received: count,
  finished: count,
  emitted: count,
  filtered: count,
  dropped: count,
  unrouted: count,
  deadLettered: count,
  failed: count,
  retried: count,
  duplicates: count,
  redelivered: count,
  lostConfirmations: count.exactOptional(),
});

const waiting = z.object({
  destination: z.string().max(253),
  reason: z.string().max(128),
  code: z.string().max(128),
  held: count,
  sinceMs: count,
});

const stopped = z.object({ reason: z.string().max(128), message: z.string().max(4096) });

const progress = z.object({
  uid: z.string().max(253),
  revision: z.string().max(63),
  startedAt: z.string().max(64),
  time: z.string().max(64),
  connected: z.boolean(),
  account: z.string().max(253).nullable(),
  pulling: z.boolean(),
  counts,
  inFlight: count,
  oldestInFlightMs: count,
  lastFinishedAt: z.string().max(64).nullable(),
  waiting: z.array(waiting).max(64),
  stopped: stopped.nullable(),
});

/**
 * What a worker answers to GET /progress. `counts` only grow, from the worker's start; `finished` counts settled source
 * messages. Times are RFC 3339. `waiting` names each destination that holds messages back: a sink's name, `deadLetter`
 * or `source`, with a reason in CamelCase, the answer's code, how many messages wait and since how many milliseconds.
 * `stopped` says why the worker no longer pulls, for good.
 */
export type Progress = z.infer<typeof progress>;

/** A worker's progress, or `undefined` when the value isn't one. Fields that are not known are left out. */
export function parseProgress(value: unknown): Progress | undefined {
  return progress.safeParse(value).data;
}
