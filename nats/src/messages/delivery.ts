import { type Frame } from '../inbound/frame.ts';
import { type AckSubject } from './ack-subject.ts';
import { parseHeaders, type MessageHeaders } from './headers.ts';

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
  /** Where subject and headers lie. */
  readonly #bytes: Buffer;
  readonly #subjectAt: number;
  readonly #subjectEnd: number;
  readonly #headersAt: number;
  readonly #headersEnd: number;
  #subject: string | undefined;
  #headers: MessageHeaders | undefined;

  constructor(frame: Frame, reply: string, place: AckSubject, epoch: number) {
    this.payload = frame.payload;
    this.stream = place.stream;
    this.consumer = place.consumer;
    this.sequence = place.sequence;
    this.consumerSequence = place.consumerSequence;
    this.timestamp = place.timestamp;
    this.deliveries = place.deliveries;
    this.pending = place.pending;
    this.reply = reply;
    this.epoch = epoch;
    this.#bytes = frame.bytes;
    this.#subjectAt = frame.subjectAt;
    this.#subjectEnd = frame.subjectEnd;
    this.#headersAt = frame.headersAt;
    this.#headersEnd = frame.payloadAt;
  }

  get subject(): string {
    return (this.#subject ??= this.#bytes.toString('utf8', this.#subjectAt, this.#subjectEnd));
  }

  get headers(): MessageHeaders {
    return (this.#headers ??= parseHeaders(this.#bytes.subarray(this.#headersAt, this.#headersEnd)));
  }

  get timestampNs(): bigint {
    return BigInt(this.timestamp);
  }
}
