import { type Msg } from '@nats-io/transport-node';
import { type AckSubject } from './ack-subject.ts';
import { parseHeaders, type MessageHeaders } from './headers.ts';
import { rawHeaders } from './raw.ts';

/** One message that a consumer handed to us. */
export type Delivery = {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Parsed when first read. */
  readonly headers: MessageHeaders;
  readonly stream: string;
  readonly consumer: string;
  /** The message's place in the stream. */
  readonly sequence: number;
  readonly consumerSequence: number;
  /** When the stream stored it, nanoseconds since 1970 in decimal. */
  readonly timestamp: string;
  readonly timestampNs: bigint;
  /** 1 on the first delivery. */
  readonly deliveries: number;
  /** Messages behind this one when it was sent. */
  readonly pending: number;
  /** Where its acknowledgement goes. */
  readonly reply: string;
  /** Of the connection when it came; `settle` needs it. */
  readonly epoch: number;
};

/** Reads what a filter may never look at only when it is asked for. */
export class ReceivedDelivery implements Delivery {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly stream: string;
  readonly consumer: string;
  readonly sequence: number;
  readonly consumerSequence: number;
  readonly timestamp: string;
  readonly deliveries: number;
  readonly pending: number;
  readonly reply: string;
  readonly epoch: number;
  #headers: MessageHeaders | Uint8Array;

  constructor(message: Msg, reply: string, place: AckSubject, epoch: number) {
    this.subject = message.subject;
    this.payload = message.data;
    this.stream = place.stream;
    this.consumer = place.consumer;
    this.sequence = place.sequence;
    this.consumerSequence = place.consumerSequence;
    this.timestamp = place.timestamp;
    this.deliveries = place.deliveries;
    this.pending = place.pending;
    this.reply = reply;
    this.epoch = epoch;
    this.#headers = rawHeaders(message);
  }

  get headers(): MessageHeaders {
    if (this.#headers instanceof Uint8Array) this.#headers = parseHeaders(this.#headers);
    return this.#headers;
  }

  get timestampNs(): bigint {
    return BigInt(this.timestamp);
  }
}
