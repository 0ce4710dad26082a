/** A batch that was begun is settled, held or lost long before this; time-outs of the publisher are seconds. */
const STUCK_MS = 60_000;

/**
 * Why the worker is stuck, or undefined. `idleSinceMs` is the time since which work waits that nothing outside holds up;
 * waiting for a sink or the broker never counts.
 */
export function stuck(idleSinceMs: number | undefined, nowMs: number): string | undefined {
  if (idleSinceMs === undefined || nowMs - idleSinceMs < STUCK_MS) return undefined;
  return `no message was begun or finished for ${Math.round((nowMs - idleSinceMs) / 1000)} s, and some are in hand`;
}
