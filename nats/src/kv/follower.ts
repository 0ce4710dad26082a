import { nuid } from '@nats-io/transport-node';
import { type RequestOptions } from '../api/options.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { type Delivery } from '../messages/delivery.ts';
import { millisecondsToNs } from '../messages/time.ts';
import { type Pull, type PullOptions, type PullStatus } from '../pull/contract.ts';
import { namingBucket, streamOf, type Bucket } from './bucket.ts';
import { type Watched } from './contract.ts';

/** What is asked for ahead: a load runs at full speed, and what has arrived and isn't read stays bounded. */
const AHEAD_MESSAGES = 2_048;
const AHEAD_BYTES = 8 * 1024 * 1024;
const ASK_AGAIN_AT = 4;
/** The server forgets a consumer that nobody reads. */
const INACTIVE_MS = 60_000;

/** A consumer of one watch, on the server until nobody reads it any more. */
export type WatchConsumer = {
  readonly stream: string;
  readonly consumer: string;
  /** What it had to bring when it was made. */
  readonly pending: number;
};

export async function createWatchConsumer(
  session: Session,
  { name, prefix }: Bucket,
  { keys = '>', watched }: { readonly keys?: string | undefined; readonly watched: Watched },
  options: RequestOptions,
): Promise<WatchConsumer> {
  const stream = streamOf(name);
  const consumer = `sj-watch-${nuid.next()}`;
  const filter = prefix + keys;
  const config = {
    name: consumer,
    filter_subject: filter,
    deliver_policy: watched === 'Values' ? 'last_per_subject' : 'new',
    headers_only: watched === 'Changes',
    ack_policy: 'none',
    replay_policy: 'instant',
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: millisecondsToNs(INACTIVE_MS),
  };
  const subject = `$JS.API.CONSUMER.CREATE.${stream}.${consumer}.${filter}`;
  const asked = askApi<{ num_pending?: number }>(session, subject, { stream_name: stream, config }, options);
  const { num_pending = 0 } = await namingBucket(asked, name);
  return { stream, consumer, pending: num_pending };
}

export type FollowEvents = {
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onCaughtUp: () => void;
  /** Something may be missing from here on; nothing more is told. */
  readonly onBroken: (status: PullStatus) => void;
};

/** Reads one consumer from its beginning, as long as nothing is missing. */
export class Follower {
  readonly #consumer: WatchConsumer;
  readonly #events: FollowEvents;
  readonly #pull: Pull;
  #read = 0;
  #unaskedMessages = 0;
  #unaskedBytes = 0;
  #caughtUp = false;
  #over = false;

  constructor(consumer: WatchConsumer, events: FollowEvents, openPull: (options: PullOptions) => Pull) {
    this.#consumer = consumer;
    this.#events = events;
    const { stream, consumer: name } = consumer;
    this.#pull = openPull({
      stream,
      consumer: name,
      onMessage: (delivery) => {
        this.#onDelivery(delivery);
      },
      onStatus: (status) => {
        this.#onStatus(status);
      },
    });
  }

  start(): void {
    this.#pull.request(AHEAD_MESSAGES, AHEAD_BYTES);
    if (this.#consumer.pending === 0) this.#catchUp();
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    void this.#pull.stop();
  }

  #onDelivery(delivery: Delivery): void {
    if (this.#over) return;
    this.#read += 1;
    if (delivery.consumerSequence !== this.#read) {
      this.#break({ type: 'refused', messages: 0, text: 'a message is missing' });
      return;
    }
    this.#events.onDelivery(delivery);
    // Changes made while it loads come behind what was there, and may never end.
    if (delivery.pending === 0 || this.#read >= this.#consumer.pending) this.#catchUp();
    this.#askAgain(delivery.payload.length);
  }

  #catchUp(): void {
    if (this.#caughtUp || this.#over) return;
    this.#caughtUp = true;
    this.#events.onCaughtUp();
  }

  #askAgain(bytes: number): void {
    this.#unaskedMessages += 1;
    this.#unaskedBytes += bytes;
    const due =
      this.#unaskedMessages >= AHEAD_MESSAGES / ASK_AGAIN_AT || this.#unaskedBytes >= AHEAD_BYTES / ASK_AGAIN_AT;
    if (!due) return;
    this.#pull.request(this.#unaskedMessages, this.#unaskedBytes);
    this.#unaskedMessages = this.#unaskedBytes = 0;
  }

  #onStatus(status: PullStatus): void {
    if (this.#over) return;
    if (status.type === 'expired' || status.type === 'bytes-used')
      this.#pull.request(status.messages, (status.messages / AHEAD_MESSAGES) * AHEAD_BYTES);
    else this.#break(status);
  }

  #break(status: PullStatus): void {
    this.stop();
    this.#events.onBroken(status);
  }
}
