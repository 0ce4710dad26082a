/** Looks within a call's timeout, so that a hang is noticed after the timeout and at most a quarter more. */
const LOOKS = 4;

/** How often to look, for calls that may take so long. */
export function lookEveryMs(timeoutMs: number): number {
  return Math.ceil(timeoutMs / LOOKS);
}

/**
 * Counts looks in a row between which nothing was heard: no clock is asked, so a process that stood still as a whole
 * finds nobody guilty.
 */
export class Watchdog {
  #silent = 0;

  /** Something was heard, or there is nothing to hear. */
  heard(): void {
    this.#silent = 0;
  }

  /** True: nothing was heard for a call's timeout. */
  look(): boolean {
    this.#silent += 1;
    return this.#silent > LOOKS;
  }
}
