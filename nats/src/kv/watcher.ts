import { type RequestOptions } from '../api/options.ts';
import { type Session } from '../connection/session.ts';
import { type ConnectionEvent } from '../connection/spec.ts';
import { reconnectDelayMs } from '../connection/reconnect.ts';
import { NatsError, PermissionError, UnreachableError } from '../errors.ts';
import { type Delivery } from '../messages/delivery.ts';
import { type Pull, type PullOptions, type PullStatus } from '../pull/contract.ts';
import { readBucket, type Bucket } from './bucket.ts';
import { type BucketEntry, type BucketWatch, type WatchBucketOptions } from './contract.ts';
import { changeOf } from './entry.ts';
import { createWatchConsumer, Follower, type WatchConsumer } from './follower.ts';
import { getKey } from './get-key.ts';

const AUDIT_MS = 30_000;
/** Of one question: it is asked again, and those who wait are told meanwhile. */
const TIMEOUT_MS = 2_000;
const NANOSECOND_DIGITS_BELOW_MS = 6;

type WatcherOptions = WatchBucketOptions & { readonly bucket: string };

/**
 * Follows a bucket. After every break it reads all of it again: what was missed can't be told apart from what a
 * recreated or rolled-back bucket never had. The library's own watch goes on in silence where a bucket was recreated,
 * and doesn't say when it is behind.
 */
export class BucketWatcher implements BucketWatch {
  readonly #session: Session;
  readonly #options: WatcherOptions;
  readonly #openPull: (options: PullOptions) => Pull;
  readonly #abort = new AbortController();
  readonly #unlisten: () => void;
  readonly #auditTimer: NodeJS.Timeout;
  #bucket: Bucket | undefined;
  #follower: Follower | undefined;
  /** Which attempt is the present one: what an earlier one still brings is ignored. */
  #attempt = 0;
  #failures = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #lastRevision = 0;

  constructor(session: Session, options: WatcherOptions, openPull: (options: PullOptions) => Pull) {
    this.#session = session;
    this.#options = options;
    this.#openPull = openPull;
    this.#unlisten = session.listen((event) => {
      this.#onConnection(event);
    });
    this.#auditTimer = setInterval(() => void this.#audit(), options.auditMs ?? AUDIT_MS);
    this.#auditTimer.unref();
    void this.#begin();
  }

  async get(key: string, options?: RequestOptions): Promise<BucketEntry | undefined> {
    if (this.#bucket === undefined) throw new UnreachableError(`bucket ${this.#options.bucket} was not found yet`);
    return getKey(this.#session, this.#bucket, key, options);
  }

  restart(): void {
    if (!this.#abort.signal.aborted) void this.#begin();
  }

  stop(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#unlisten();
    clearInterval(this.#auditTimer);
    clearTimeout(this.#retryTimer);
    this.#follower?.stop();
  }

  async #begin(): Promise<void> {
    const attempt = (this.#attempt += 1);
    clearTimeout(this.#retryTimer);
    this.#follower?.stop();
    this.#follower = undefined;
    try {
      const found = await this.#find(attempt);
      if (found === undefined) return;
      this.#follower = this.#follow(attempt, found);
      this.#follower.start();
    } catch (error) {
      if (!this.#isPresent(attempt)) return;
      this.#failed(error instanceof NatsError ? error : new UnreachableError('the watch broke', { cause: error }));
    }
  }

  /** Undefined when something else has begun meanwhile. */
  async #find(attempt: number): Promise<{ bucket: Bucket; consumer: WatchConsumer } | undefined> {
    const { bucket: name, keys } = this.#options;
    const within = { signal: this.#abort.signal, timeoutMs: TIMEOUT_MS };
    const bucket = await readBucket(this.#session, name, within);
    if (!this.#isPresent(attempt)) return undefined;
    this.#bucket = bucket;
    this.#lastRevision = 0;
    const watched = this.#options.onBegin(bucket.state);
    const consumer = await createWatchConsumer(this.#session, bucket, { keys, watched }, within);
    return this.#isPresent(attempt) ? { bucket, consumer } : undefined;
  }

  #follow(attempt: number, { bucket, consumer }: { bucket: Bucket; consumer: WatchConsumer }): Follower {
    const events = {
      onDelivery: (delivery: Delivery) => {
        this.#onDelivery(bucket, delivery);
      },
      onCaughtUp: () => {
        this.#failures = 0;
        this.#options.onCaughtUp();
      },
      onBroken: (status: PullStatus) => {
        if (this.#isPresent(attempt)) this.#failed(this.#errorOf(status, consumer));
      },
    };
    return new Follower(consumer, events, this.#openPull);
  }

  #isPresent(attempt: number): boolean {
    return attempt === this.#attempt && !this.#abort.signal.aborted;
  }

  #onDelivery({ prefix, state }: Bucket, { subject, payload, headers, sequence, timestamp }: Delivery): void {
    this.#lastRevision = sequence;
    const storedMs = Number(timestamp.slice(0, -NANOSECOND_DIGITS_BELOW_MS));
    const change = changeOf({ subject, payload, headers, sequence, storedMs }, prefix, state.maxAgeMs);
    if (change.kind === 'entry') this.#options.onEntry(change.entry);
    else this.#options.onDelete(change.key);
  }

  #failed(error: NatsError): void {
    const delayMs = reconnectDelayMs(this.#failures, Math.random());
    this.#failures += 1;
    this.#attempt += 1;
    this.#follower?.stop();
    this.#follower = undefined;
    this.#options.onTrouble(error);
    // Without a connection there is nothing to try; the next one begins anew.
    if (!this.#session.connected || this.#abort.signal.aborted) return;
    this.#retryTimer = setTimeout(() => void this.#begin(), delayMs);
  }

  #errorOf({ type, text = type }: PullStatus, { stream, consumer }: WatchConsumer): NatsError {
    const { bucket } = this.#options;
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    if (type !== 'permission-denied') return new UnreachableError(`the watch of bucket ${bucket} broke: ${text}`);
    return new PermissionError(`the NATS user may not publish to ${subject}: grant it that permission`, {
      operation: 'publish',
      subject,
    });
  }

  #onConnection({ type }: ConnectionEvent): void {
    if (type === 'disconnected') this.#failed(new UnreachableError('the connection to NATS broke'));
    else if (type === 'reconnected') this.restart();
    else if (type === 'closed') this.stop();
  }

  /** A purge removes keys without a word to consumers, and so does a server that comes back with an older state. */
  async #audit(): Promise<void> {
    const attempt = this.#attempt;
    const known = this.#options.known?.();
    const revision = this.#lastRevision;
    const before = this.#bucket;
    if (before === undefined || this.#follower === undefined || !this.#session.connected) return;
    try {
      const { state } = await readBucket(this.#session, this.#options.bucket, { signal: this.#abort.signal });
      if (!this.#isPresent(attempt)) return;
      const other = state.created !== before.state.created || state.lastRevision < revision;
      if (other || (known !== undefined && state.keys < known))
        this.#failed(new UnreachableError(`bucket ${before.name} lost something without a word`));
    } catch {
      // What hinders this question hinders the watch as well, which tells it.
    }
  }
}
