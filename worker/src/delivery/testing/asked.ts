type Ask = { messages: number; bytes: number; isUsed: boolean };

/** For tests: what was asked of the server, and whether it may send a message for that. */
export class Asked {
  #asks: Ask[] = [];

  get messages(): number {
    return this.#asks.reduce((sum, { messages }) => sum + messages, 0);
  }

  get bytes(): number {
    return this.#asks.reduce((sum, { bytes }) => sum + Math.max(0, bytes), 0);
  }

  add(messages: number, bytes: number): void {
    this.#asks.push({ messages, bytes, isUsed: false });
  }

  clear(): void {
    this.#asks = [];
  }

  /** As the server and the pull do it: an ask ends at a message that is too large for its rest, or brings that one alone. */
  take(bytes: number): boolean {
    for (let ask = this.#asks[0]; ask !== undefined; ask = this.#asks[0]) {
      const fits = bytes <= ask.bytes;
      const mayCome = fits || !ask.isUsed;
      [ask.messages, ask.bytes, ask.isUsed] = [ask.messages - 1, ask.bytes - bytes, true];
      if (!fits || ask.messages === 0) this.#asks.shift();
      if (mayCome) return true;
    }
    return false;
  }
}
