import { poll } from '../../../hack/src/process/poll.ts';

/** Long enough for the operator to look again at a job that was at rest, on a machine that has other things to do. */
export const PATIENCE_MS = 180_000;

/** Waits until `look` answers something; an error counts as "not yet" and is told when it never does. */
export function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  return poll(what, look, { timeoutMs, everyMs: 200 });
}
