import type { Delivery } from '@streamjob/nats';
import { InHand } from './in-hand.ts';

/** Everything that the worker received and didn't settle, by its sequence in the source stream. */
export class Hand {
  readonly #messages = new Map<number, InHand>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes a delivery in hand. Undefined when the message is in hand already: then it came again because its ack wait
   * ran out, and what we hold goes on under the new delivery.
   */
  take(delivery: Delivery, nowMs: number, suspect = false): InHand | undefined {
    const known = this.#messages.get(delivery.sequence);
    if (known !== undefined) {
      known.delivery = delivery;
      known.leasedMs = nowMs;
      return undefined;
    }
    const message = new InHand(delivery, nowMs, suspect);
    this.#messages.set(delivery.sequence, message);
    this.#bytes += message.bytes;
    return message;
  }

  /** Lets go of a message: it was settled, given back or lost. */
  release(message: InHand): void {
    if (message.gone) return;
    message.gone = true;
    this.#messages.delete(message.sequence);
    this.#bytes -= message.bytes;
  }

  [Symbol.iterator](): IterableIterator<InHand> {
    return this.#messages.values();
  }

  /** The message that was received first; messages are kept in the order of receipt. */
  oldest(): InHand | undefined {
    return this.#messages.values().next().value;
  }
}
