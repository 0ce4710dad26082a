import { type ConsumerConfig } from './config.ts';

/** A position in the stream and in the consumer's own count of deliveries. */
export type Position = { readonly stream: number; readonly consumer: number; readonly lastActive?: string };

/** What the consumer's leader says; numbers of messages. Read from the leader because followers may say 0. */
export type ConsumerInfo = {
  readonly stream: string;
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  readonly config: ObservedConsumerConfig;
  /** Not delivered yet (lag). */
  readonly pending: number;
  readonly ackPending: number;
  readonly redelivered: number;
  /** Asks of workers that wait for messages. */
  readonly waiting: number;
  readonly delivered: Position;
  readonly ackFloor: Position;
  readonly paused: boolean;
};

/** The same words as our wish where the server's answer can be said in them. */
export type ObservedConsumerConfig = Omit<ConsumerConfig, 'startFrom'> & {
  readonly startFrom: ConsumerConfig['startFrom'] | { readonly policy: 'Other' };
};
