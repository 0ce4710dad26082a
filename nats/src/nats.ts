import { type RequestOptions } from './api/options.ts';
import { type ConsumerConfig } from './consumers/config.ts';
import { type EnsureConsumerResult } from './consumers/ensure.ts';
import { type ConsumerInfo } from './consumers/info.ts';
import { type BucketWatch, type WatchBucketOptions } from './kv/contract.ts';
import { type Publisher } from './publisher/contract.ts';
import { type Pull, type PullOptions } from './pull/contract.ts';
import { type ScanOptions, type ScanPage } from './scan/contract.ts';
import { type Settlement } from './settlement/settle.ts';
import { type DeadLetterStreamConfig } from './streams/dead-letter-stream.ts';
import { type DeleteOptions } from './streams/delete-message.ts';
import { type StoredMessage } from './streams/stored-message.ts';
import { type StreamInfo } from './streams/stream-info.ts';

/** One connection and what can be done on it. Every promise rejects with a NatsError or the signal's reason. */
export interface Nats {
  /** Of the server that we are or were last connected to; sizes in bytes. */
  readonly server: { readonly version: string; readonly name: string; readonly maxPayload: number };
  readonly connected: boolean;
  /** Begins at 1 and grows by one at each lost connection. */
  readonly epoch: number;
  /** False: the client's inside is not what it was, so everything goes the slow way, through its public face. */
  readonly direct: boolean;
  /**
   * Bytes written that the operating system has not taken. Nothing holds a writer back by itself: one that can begins
   * nothing new while these are many. Whatever confirms what was written is a moment to look again.
   */
  readonly pendingBytes: number;
  /** The account that the credentials belong to; undefined when the server doesn't tell. */
  account(options?: RequestOptions): Promise<string | undefined>;
  /** Throws StreamNotFoundError. */
  streamInfo(stream: string, options?: RequestOptions): Promise<StreamInfo>;
  findStreamBySubject(subject: string, options?: RequestOptions): Promise<string | undefined>;
  /** Throws ConflictError when a stream of that name isn't ours or can't be made what it should be. */
  ensureStream(config: DeadLetterStreamConfig, options?: RequestOptions): Promise<'created' | 'exists' | 'updated'>;
  /** Undefined when the stream no longer holds it. */
  getMessage(stream: string, sequence: number, options?: RequestOptions): Promise<StoredMessage | undefined>;
  /**
   * Reads what a stream holds on some subjects, in order, page by page, and ends where the stream ends by then; the
   * reader sets the pace. Throws StreamNotFoundError.
   */
  scan(options: ScanOptions): AsyncIterable<ScanPage>;
  /** `absent`: the stream doesn't hold it, or no longer. Throws StreamNotFoundError. */
  deleteMessage(stream: string, sequence: number, options?: DeleteOptions): Promise<'deleted' | 'absent'>;
  /** Throws StreamNotFoundError or ConsumerNotFoundError. */
  consumerInfo(stream: string, consumer: string, options?: RequestOptions): Promise<ConsumerInfo>;
  /**
   * Creates the durable consumer, or makes it what it should be, and reads it back. Throws ConflictError when it is
   * somebody else's (unless `adopt`) or differs in what can't be changed, TooOldError when the server dropped a field.
   */
  ensureConsumer(
    stream: string,
    desired: ConsumerConfig,
    options?: RequestOptions & { readonly adopt?: boolean },
  ): Promise<EnsureConsumerResult>;
  /** Throws ConflictError when the consumer's metadata names another owner. */
  deleteConsumer(
    stream: string,
    consumer: string,
    options: RequestOptions & { readonly metadata: Readonly<Record<string, string>> },
  ): Promise<'deleted' | 'absent'>;
  pull(options: PullOptions): Pull;
  /** Follows a key-value bucket through breaks, and through its being deleted and made again, until it is stopped. */
  watchBucket(bucket: string, options: WatchBucketOptions): BucketWatch;
  /** Answers that don't come within `answerTimeoutMs` (5 s when absent) are time-outs. */
  publisher(options?: { readonly answerTimeoutMs?: number }): Publisher;
  /**
   * Writes acknowledgements, those of one turn together. False, and nothing is written, while there is no
   * connection: nothing is kept for later, because a late ack could settle what another worker holds by then.
   */
  settle(items: readonly Settlement[]): boolean;
  /** From now on `settle` passes over deliveries of an earlier epoch: for a break that outlasted their ack wait. */
  forgetBefore(epoch: number): void;
  /** Resolves when the server has taken everything written before. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the connection is closed for good, with the reason when nobody asked for it. */
  readonly closed: Promise<Error | undefined>;
}
