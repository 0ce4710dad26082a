/** One request for messages that the server holds. */
export type Ask = {
  readonly id: number;
  readonly messages: number;
  /** Undefined: whatever the one message weighs. */
  readonly maxBytes: number | undefined;
  delivered: number;
  deliveredBytes: number;
  /** When something last came for it, in the clock's milliseconds. */
  seenMs: number;
};

/**
 * Counts what is asked for. Each of a few slots has an inbox of its own and holds one ask at a time, so that every
 * message and every refusal is counted against the ask it belongs to; what finds no free slot waits and is put together.
 */
export class Asks {
  readonly #slots: (Ask | undefined)[];
  #nextId = 1;
  #waitingMessages = 0;
  #waitingBytes = 0;

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => undefined);
  }

  /** Asked for and neither delivered nor ended. */
  get messages(): number {
    let sum = this.#waitingMessages;
    for (const ask of this.#slots) if (ask !== undefined) sum += left(ask);
    return sum;
  }

  /** Bytes that may still come for what is asked; a single message without a limit counts for none. */
  get bytes(): number {
    let sum = this.#waitingBytes;
    for (const ask of this.#slots)
      if (ask?.maxBytes !== undefined) sum += Math.max(0, ask.maxBytes - ask.deliveredBytes);
    return sum;
  }

  want(messages: number, bytes: number): void {
    this.#waitingMessages += messages;
    this.#waitingBytes += bytes;
  }

  /** Puts all that waits into a free slot; undefined when there is none, or nothing waits. */
  open(nowMs: number): { readonly slot: number; readonly ask: Ask } | undefined {
    if (this.#waitingMessages === 0) return undefined;
    const slot = this.#slots.indexOf(undefined);
    if (slot === -1) return undefined;
    const ask = this.#place(slot, this.#waitingMessages, Math.max(1, this.#waitingBytes), nowMs);
    this.#waitingMessages = this.#waitingBytes = 0;
    return { slot, ask };
  }

  /** For one message that is larger than what an ask allowed: a single one without a limit, never two of them at once. */
  openForOne(slot: number, nowMs: number): Ask | undefined {
    if (this.#slots.some((ask) => ask !== undefined && ask.maxBytes === undefined)) return undefined;
    return this.#place(slot, 1, undefined, nowMs);
  }

  #place(slot: number, messages: number, maxBytes: number | undefined, nowMs: number): Ask {
    const ask: Ask = { id: this.#nextId, messages, maxBytes, delivered: 0, deliveredBytes: 0, seenMs: nowMs };
    this.#nextId += 1;
    this.#slots[slot] = ask;
    return ask;
  }

  /** Counts a message; true when that was the last of its ask and the slot is free. A late one of an ended ask counts for nothing. */
  delivered(slot: number, nowMs: number, bytes = 0): boolean {
    const ask = this.#slots[slot];
    if (ask === undefined) return false;
    ask.delivered += 1;
    ask.deliveredBytes += bytes;
    ask.seenMs = nowMs;
    if (left(ask) > 0) return false;
    this.#slots[slot] = undefined;
    return true;
  }

  seen(slot: number, id: number, nowMs: number): void {
    const ask = this.#slots[slot];
    if (ask?.id === id) ask.seenMs = nowMs;
  }

  /** Frees the slot and returns the ask; undefined when it ended before. */
  end(slot: number, id: number): Ask | undefined {
    const ask = this.#slots[slot];
    if (ask?.id !== id) return undefined;
    this.#slots[slot] = undefined;
    return ask;
  }

  /** Ends what the server holds, but not what still waits here; returns how many messages that was. */
  endAll(): number {
    let sum = 0;
    for (const [slot, ask] of this.#slots.entries()) {
      if (ask !== undefined) sum += left(ask);
      this.#slots[slot] = undefined;
    }
    return sum;
  }

  /** Ends every ask for which nothing came since `sinceMs`; returns how many messages that was. */
  endSilent(sinceMs: number): number {
    let sum = 0;
    for (const [slot, ask] of this.#slots.entries()) {
      if (ask === undefined || ask.seenMs >= sinceMs) continue;
      sum += left(ask);
      this.#slots[slot] = undefined;
    }
    return sum;
  }

  /** Gives up what waits for a slot. */
  forgetWaiting(): void {
    this.#waitingMessages = this.#waitingBytes = 0;
  }
}

export const left = (ask: Ask): number => ask.messages - ask.delivered;
