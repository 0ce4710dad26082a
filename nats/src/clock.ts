/** Milliseconds that only grow; for deadlines and durations, never for dates. */
export const monotonicMs = (): number => performance.now();
