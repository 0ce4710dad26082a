/**
 * Whether what is in memory may be answered from. While it is being made so, those who ask wait, but not for longer
 * than `patienceMs` after the beginning; when it can't be made so, nobody waits.
 */
export class Gate {
  readonly #patienceMs: number;
  #isOpen = false;
  #code: string | undefined;
  #isDecided = false;
  #decided = Promise.withResolvers<undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.shut();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why it isn't open and nobody waits for it; undefined while it is open, or waiting is worth it. */
  get code(): string | undefined {
    return this.#code;
  }

  /** Resolves when it is open, or waiting has no sense any more. */
  decided(): Promise<undefined> {
    return this.#decided.promise;
  }

  open(): void {
    this.#isOpen = true;
    this.#decide(undefined);
  }

  /** It will be open soon. Those who wait already go on waiting. */
  shut(): void {
    this.#isOpen = false;
    this.#code = undefined;
    if (this.#isDecided) this.#decided = Promise.withResolvers();
    this.#isDecided = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#decide('Loading');
    }, this.#patienceMs);
    this.#timer.unref();
  }

  /** It won't be open until it is shut and opened anew. */
  close(code: string): void {
    this.#isOpen = false;
    this.#decide(code);
  }

  #decide(code: string | undefined): void {
    clearTimeout(this.#timer);
    this.#code = code;
    this.#isDecided = true;
    this.#decided.resolve(undefined);
  }
}
