import { type StreamJobStatus } from '@streamjob/crds';
import { isDeepStrictEqual } from 'node:util';

/** Numbers that move all the time are written this often at most. */
export const NUMBERS_EVERY_MS = 60_000;

export type Due =
  | { readonly write: true }
  /** `inMs`: when moving numbers will be due; absent when nothing moves. */
  | { readonly write: false; readonly inMs?: number };

/** Whether the status is to be written: at once for a real change, once a minute for moving numbers, else not at all. */
export function dueOf(before: StreamJobStatus | undefined, next: StreamJobStatus, nowMs: number): Due {
  if (before === undefined || !isDeepStrictEqual(realOf(before), realOf(next))) return { write: true };
  if (isDeepStrictEqual(numbersOf(before), numbersOf(next))) return { write: false };
  const inMs = Date.parse(before.source?.observedTime ?? '') + NUMBERS_EVERY_MS - nowMs;
  return inMs > 0 ? { write: false, inMs } : { write: true };
}

function realOf({ source, throughput: _throughput, ...rest }: StreamJobStatus): unknown {
  const { stream, streamCreated, consumer } = source ?? {};
  return JSON.parse(JSON.stringify({ ...rest, source: { stream, streamCreated, consumer } }));
}

/** The time of observation always moves and is no reason to write. */
function numbersOf({ source, throughput }: StreamJobStatus): unknown {
  const { observedTime: _observedTime, ...numbers } = source ?? {};
  return { ...numbers, ...throughput };
}
