const SIZE = 128;
const LEAST_SAMPLES = 10;
const MOST_PASS = 0.9;

/** Remembers how the last publications to one destination went. */
export class PassRatio {
  readonly #passed = new Uint8Array(SIZE);
  #next = 0;
  #filled = 0;
  #passes = 0;

  add(passed: boolean): void {
    const value = passed ? 1 : 0;
    this.#passes += value - (this.#passed[this.#next] ?? 0);
    this.#passed[this.#next] = value;
    this.#next = (this.#next + 1) % SIZE;
    if (this.#filled < SIZE) this.#filled += 1;
  }

  /** Whether at least 90 % of what was tried lately passed: then a failure is the message's own. */
  get mostPass(): boolean {
    return this.#filled >= LEAST_SAMPLES && this.#passes >= MOST_PASS * this.#filled;
  }
}
