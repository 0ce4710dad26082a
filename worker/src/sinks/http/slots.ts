/** Lets so many pieces of work run at once; the others wait in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** The work must not reject. */
  run(work: () => Promise<void>): void {
    if (this.#free > 0) this.#start(work);
    else
      this.#waiting.push(() => {
        this.#start(work);
      });
  }

  #start(work: () => Promise<void>): void {
    this.#free -= 1;
    void work().finally(() => {
      this.#free += 1;
      this.#waiting.shift()?.();
    });
  }
}
