import { type ConsumerConfig, type ConsumerInfo, type StreamInfo } from '@streamjob/nats';

export type Ensured = { readonly result: 'created' | 'updated' | 'unchanged' | 'adopted'; readonly info: ConsumerInfo };

/**
 * What the controller may do on a named connection. Every call has a deadline of a few seconds, fails at once while the
 * connection is known to be down, and throws the typed errors of @streamjob/nats (an unknown connection: UnknownConnectionError).
 */
export interface Brokers {
  streamInfo(connection: string, stream: string): Promise<StreamInfo>;
  /** Undefined when the server doesn't tell. */
  account(connection: string): Promise<string | undefined>;
  serverVersion(connection: string): Promise<string>;
  ensureConsumer(
    connection: string,
    stream: string,
    desired: ConsumerConfig,
    options?: { readonly adopt?: boolean },
  ): Promise<Ensured>;
  deleteConsumer(
    connection: string,
    stream: string,
    consumer: string,
    options: { readonly metadata: Readonly<Record<string, string>> },
  ): Promise<'deleted' | 'absent'>;
  /** Makes sure of the connection's dead-letter stream, when the configuration says to create it; undefined when it has none. */
  ensureDeadLetters(connection: string): Promise<'created' | 'exists' | 'updated' | undefined>;
}

export class UnknownConnectionError extends Error {
  override readonly name = 'UnknownConnectionError';
}
