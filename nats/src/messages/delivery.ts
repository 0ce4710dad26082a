import { type MessageHeaders } from './headers.ts';

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
