import { type Clock } from '../clock/clock.ts';
import { exponential } from '../backoff/backoff.ts';
import { createBucket } from './bucket.ts';

/** How long to wait before the next try of a key. */
export interface RateLimiter {
  delayMs(key: string): number;
  /** The key did well: its next failure counts as the first. */
  forget(key: string): void;
  failures(key: string): number;
}

export type RateLimitOptions = {
  readonly clock: Clock;
  /** Delay after the first failure of a key; doubles with each further one. */
  readonly initialMs?: number;
  readonly maxMs?: number;
  /** Retries a second for all keys together, and how many may come at once. */
  readonly perSecond?: number;
  readonly burst?: number;
  readonly random?: () => number;
};

/** Back-off by key, spread by up to a fifth, and one bucket for all keys so that many failures don't become a storm. */
export function createRateLimiter(options: RateLimitOptions): RateLimiter {
  const { clock, initialMs = 200, maxMs = 300_000, perSecond = 10, burst = 100, random = Math.random } = options;
  const failures = new Map<string, number>();
  const bucket = createBucket(clock, perSecond, burst);
  return {
    delayMs(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      return Math.max(exponential(initialMs, maxMs, count) * (1 + random() / 5), bucket.reserveMs());
    },
    forget: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
  };
}
