import type { InHand } from './in-hand.ts';

/** Something of a message that waits for a sink to take it, or for what a step depends on. */
export type Held = {
  readonly owner: InHand;
  /** Times that it was tried in vain. */
  failures: number;
  /** Of those, the ones that count against `maxAttempts`. */
  attempts: number;
  /** Monotonic time before which it isn't tried again. */
  nextMs: number;
  /** How it was tried last: for the first time, after it was held, or to find out whether anything passes. */
  flight: 'first' | 'again' | 'probe';
};

export function createHeld(owner: InHand): Held {
  return { owner, failures: 0, attempts: 0, nextMs: 0, flight: 'first' };
}
