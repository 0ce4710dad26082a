/** What was asked for and not given yet, in messages and in bytes; whoever gives waits here. */
export class Demand {
  #messages = 0;
  #bytes = 0;
  #wake: () => void = () => undefined;

  /** Messages that may still be given. */
  get messages(): number {
    return this.#bytes > 0 ? this.#messages : 0;
  }

  /** Bytes that may still be given for those. */
  get bytes(): number {
    return this.#messages > 0 ? Math.max(0, this.#bytes) : 0;
  }

  /** Asks for so many more of each. */
  ask(messages: number, bytes: number): void {
    this.#bytes = this.bytes + bytes;
    this.#messages += messages;
    this.#wake();
  }

  /** Something of that size was given; what was asked for in bytes is used up with the message that goes over it. */
  give(bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
    if (this.#bytes <= 0) this.#messages = 0;
  }

  /** Resolves when something may be given. Rejects with the signal's reason. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.messages === 0) {
      signal.throwIfAborted();
      await this.#changed(signal);
    }
    signal.throwIfAborted();
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
