import type { Settlement } from '@streamjob/nats';
import type { Counts } from '../health/counts.ts';
import type { Hand } from './hand.ts';
import type { Confirmed, InHand } from './in-hand.ts';
import { leaseExpired } from './lease.ts';

export type SettlementsDeps = {
  readonly hand: Hand;
  readonly counts: Counts;
  readonly ackWaitMs: number;
  /** Writes them together; false, and nothing is written, while there is no connection. */
  settle(items: readonly Settlement[]): boolean;
  /** Called with each message that was acked. */
  onFinished(message: Confirmed): void;
};

/** Gathers the acks of one turn and writes them together. */
export class Settlements {
  readonly #deps: SettlementsDeps;
  #confirmed: Confirmed[] = [];

  constructor(deps: SettlementsDeps) {
    this.#deps = deps;
  }

  /** Acks written by the next `flush`. */
  get waiting(): number {
    return this.#confirmed.length;
  }

  ack(message: Confirmed): void {
    this.#confirmed.push(message);
  }

  /**
   * Writes the acks. A message whose lease ran out is lost instead of acked: another worker may have it by now. Without a
   * connection the acks wait, and their leases run on.
   */
  flush(nowMs: number): void {
    if (this.#confirmed.length === 0) return;
    const valid = this.#confirmed.filter((message) => !message.gone && !this.#lost(message, nowMs));
    this.#confirmed = valid;
    if (valid.length > 0 && !this.#deps.settle(valid.map((message) => settlement(message, 'ack')))) return;
    this.#confirmed = [];
    for (const message of valid) {
      this.#deps.hand.release(message);
      this.#deps.onFinished(message);
    }
  }

  /** Gives messages back, to be delivered to any worker at once, or after `delayMs`. */
  giveBack(messages: readonly InHand[], delayMs?: number): void {
    if (messages.length === 0) return;
    const delay = delayMs === undefined ? {} : { delayMs };
    this.#deps.settle(messages.map((message) => ({ ...settlement(message, 'nak'), ...delay })));
    for (const message of messages) this.#deps.hand.release(message);
  }

  /** Tells the server that the messages are still being worked on. */
  renew(messages: readonly InHand[], nowMs: number): void {
    if (messages.length === 0) return;
    if (!this.#deps.settle(messages.map((message) => settlement(message, 'working')))) return;
    for (const message of messages) message.leasedMs = nowMs;
  }

  #lost(message: InHand, nowMs: number): boolean {
    if (!leaseExpired(message, this.#deps.ackWaitMs, nowMs)) return false;
    this.#deps.hand.release(message);
    this.#deps.counts.lostConfirmations += 1;
    return true;
  }
}

function settlement({ delivery }: InHand, as: 'ack' | 'nak' | 'working'): Settlement {
  return { reply: delivery.reply, epoch: delivery.epoch, as };
}
