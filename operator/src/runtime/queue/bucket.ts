import { type Clock } from '../clock/clock.ts';

/** Tokens that come back at a steady rate, up to a burst. */
export interface Bucket {
  /** Takes a token when there is one. */
  tryTake(): boolean;
  /** Takes a token, in advance when there is none, and says in how many milliseconds it is there. */
  reserveMs(): number;
}

export function createBucket(clock: Clock, perSecond: number, burst: number): Bucket {
  let tokens = burst;
  let lastMs = clock.monotonic();

  function refill(): void {
    const nowMs = clock.monotonic();
    tokens = Math.min(burst, tokens + ((nowMs - lastMs) / 1_000) * perSecond);
    lastMs = nowMs;
  }

  return {
    tryTake() {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    reserveMs() {
      refill();
      tokens -= 1;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1_000;
    },
  };
}
