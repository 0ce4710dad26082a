import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';

/** Waits shorter than this are saved up: a timer is no more exact. */
const LEAST_WAIT_MS = 10;
/** What was not used of the rate is lost, but for so much. */
const MOST_SAVED_MS = 100;

/** Lets so many pass in a second, evenly. */
export class Pace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #everyMs: number;
  #nextMs = 0;

  constructor(perSecond: number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    this.#everyMs = 1_000 / perSecond;
  }

  /** Resolves when the next one may pass. Rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    this.#nextMs = Math.max(this.#nextMs, nowMs - MOST_SAVED_MS) + this.#everyMs;
    if (this.#nextMs - nowMs >= LEAST_WAIT_MS) await delay(this.#nextMs - nowMs, undefined, { signal });
  }
}
