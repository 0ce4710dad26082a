/** What the watchdog sees of a thread. */
export type Watched = { readonly current: number; readonly beat: number };

/** A call that never returns, or a thread that does nothing any more while nobody knows for whom. */
export type Hang = { readonly current: number };

/** Checks within a call's timeout, so that a call is cut after its timeout and at most a quarter more. */
const CHECKS = 4;
/** A thread that nobody called may be slow to begin, on a busy machine; that is no hang. */
const LEAST_SILENCE_MS = 1_000;

/** How often to look, for calls that may take so long. */
export function checkEveryMs(timeoutMs: number): number {
  return Math.max(5, Math.ceil(timeoutMs / CHECKS));
}

/**
 * Counts how many looks in a row saw the same: no clock is asked, so a process that stood still as a whole finds no
 * thread guilty.
 */
export class Watchdog {
  readonly #mostSilent: number;
  #last: Watched = { current: 0, beat: 0 };
  #sameCall = 0;
  #silent = 0;

  constructor(timeoutMs: number) {
    this.#mostSilent = Math.ceil(Math.max(timeoutMs, LEAST_SILENCE_MS) / checkEveryMs(timeoutMs));
  }

  /** Call it while the thread has something to do. */
  look({ current, beat }: Watched): Hang | undefined {
    const isSame = current === this.#last.current && beat === this.#last.beat;
    this.#sameCall = isSame && current !== 0 ? this.#sameCall + 1 : 0;
    this.#silent = isSame && current === 0 ? this.#silent + 1 : 0;
    this.#last = { current, beat };
    if (this.#sameCall < CHECKS && this.#silent <= this.#mostSilent) return undefined;
    this.reset();
    return { current };
  }

  /** The thread has nothing to do, or is a new one. */
  reset(): void {
    this.#last = { current: 0, beat: -1 };
    this.#sameCall = 0;
    this.#silent = 0;
  }
}
