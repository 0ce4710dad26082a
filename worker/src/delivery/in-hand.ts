import type { Delivery, MessageHeaders } from '@streamjob/nats';
import type { SourceMessage } from '../pipeline/types.ts';

/**
 * A message that the source handed to us and that isn't settled. The pipeline reads it as its source message, so that
 * there is one object a message.
 */
export class InHand implements SourceMessage {
  /** The latest: when the server delivers a message again while we hold it, only the new one can be settled. */
  delivery: Delivery;
  /** Monotonic time of the last moment from which the server counts its ack wait. */
  leasedMs: number;
  readonly receivedMs: number;
  /** How often the server had delivered it when it came; a delivery while we hold it doesn't count. */
  readonly deliveries: number;
  /** Results that are not confirmed yet. */
  waitingFor = 0;
  begun = false;
  /** Settled or given up: answers that still come mean nothing. */
  gone = false;
  /** It was in hand when a worker died. */
  readonly suspect: boolean;

  constructor(delivery: Delivery, nowMs: number, suspect = false) {
    this.delivery = delivery;
    this.deliveries = delivery.deliveries;
    this.leasedMs = nowMs;
    this.receivedMs = nowMs;
    this.suspect = suspect;
  }

  get subject(): string {
    return this.delivery.subject;
  }

  get payload(): Uint8Array {
    return this.delivery.payload;
  }

  get headers(): MessageHeaders {
    return this.delivery.headers;
  }

  get sequence(): number {
    return this.delivery.sequence;
  }

  get timestamp(): string {
    return this.delivery.timestamp;
  }

  get bytes(): number {
    return this.delivery.payload.length;
  }
}

declare const confirmed: unique symbol;

/** A message all of whose results are confirmed by all of their destinations: the only kind that can be acked. */
export type Confirmed = InHand & { readonly [confirmed]: true };

/** Notes that the message was executed and how many results it has; it is confirmed at once if it has none. */
export function begin(message: InHand, results: number): Confirmed | undefined {
  message.begun = true;
  message.waitingFor = results;
  return results === 0 ? (message as Confirmed) : undefined;
}

/** Notes that the message is being executed, and that nothing is confirmed before its outcome is known. */
export function awaitOutcome(message: InHand): void {
  message.begun = true;
  message.waitingFor = 1;
}

/** Notes the confirmation of one result; the message itself when it was the last. */
export function confirmOne(message: InHand): Confirmed | undefined {
  message.waitingFor -= 1;
  return message.waitingFor === 0 && !message.gone ? (message as Confirmed) : undefined;
}
