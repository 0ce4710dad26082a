export type BackoffOptions = {
  readonly initialMs: number;
  readonly maxMs: number;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

/** Delays that double up to a cap, each cut by up to half at random so that many waiters spread out. */
export interface Backoff {
  next(): number;
  reset(): void;
}

export function createBackoff({ initialMs, maxMs, random = Math.random }: BackoffOptions): Backoff {
  let failures = 0;
  return {
    next: () => jitter(exponential(initialMs, maxMs, failures++), random),
    reset: () => {
      failures = 0;
    },
  };
}

export function exponential(initialMs: number, maxMs: number, failures: number): number {
  return Math.min(maxMs, initialMs * 2 ** Math.min(failures, 40));
}

const jitter = (delayMs: number, random: () => number): number => delayMs * (0.5 + random() / 2);
