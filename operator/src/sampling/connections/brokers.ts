import { type ConsumerConfig, type ConsumerInfo, type EnsureConsumerResult, type StreamInfo } from '@streamjob/nats';

/**
 * What the controller may do on a named connection. Every call has a deadline of a few seconds, fails at once while the
 * connection is known to be down, and throws the typed errors of @streamjob/nats (an unknown connection: UnknownConnectionError).
 */
export interface Brokers {
  streamInfo(connection: string, stream: string): Promise<StreamInfo>;
  consumerInfo(connection: string, stream: string, consumer: string): Promise<ConsumerInfo>;
  /** The operator's own account there; undefined when the server doesn't tell. */
  account(connection: string): Promise<string | undefined>;
  serverVersion(connection: string): Promise<string>;
  ensureConsumer(
    connection: string,
    stream: string,
    desired: ConsumerConfig,
    options?: { readonly adopt?: boolean },
  ): Promise<EnsureConsumerResult>;
  deleteConsumer(
    connection: string,
    stream: string,
    consumer: string,
    options: { readonly metadata: Readonly<Record<string, string>> },
  ): Promise<'deleted' | 'absent'>;
}

/** The configuration names no such connection. */
export class UnknownConnectionError extends Error {
  override readonly name = 'UnknownConnectionError';
}
