import { type BucketState, type BucketWatch, type Nats, type NatsError, type Watched } from '@streamjob/nats';
import { type Logger } from '@streamjob/telemetry';
import { type Clock } from '../../clock.ts';
import { unavailable, type Lookup, type LookupAnswer } from '../lookup.ts';
import { type ValueFormat } from '../read-value.ts';
import { AskedKeys } from './asked-keys.ts';
import { Gate } from './gate.ts';
import { type Store } from './store.ts';
import { Table } from './table.ts';
import { troubleCode } from './trouble-code.ts';

export type KvLookupOptions = { readonly bucket: string; readonly format: ValueFormat; readonly maxBytes: number };

export type KvLookupDeps = {
  readonly nats: Pick<Nats, 'watchBucket'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
};

/** How long a message waits for a bucket that is being read before it is held like those of an outage. */
const PATIENCE_MS = 5_000;
/** A bucket that was too large is read as a whole again when it has shrunk to this part of what it was. */
const SHRUNK = 0.8;

/**
 * What a bucket holds: all of it where it fits into memory, else the keys that are asked for. Either way a watch tells
 * what changes, and nothing is answered from memory while the watch is behind.
 */
export class KvLookup implements Lookup {
  readonly #options: KvLookupOptions;
  readonly #deps: KvLookupDeps;
  readonly #gate = new Gate(PATIENCE_MS);
  readonly #watch: BucketWatch;
  readonly #asked: AskedKeys;
  #store: Store;
  #state: BucketState | undefined;
  /** What the bucket had when not all of it fitted. */
  #tooLargeBytes = Infinity;

  constructor(options: KvLookupOptions, deps: KvLookupDeps) {
    const { clock } = deps;
    this.#options = options;
    this.#deps = deps;
    this.#asked = new AskedKeys({ ...options, clock, get: (key, within) => this.#watch.get(key, within) });
    this.#store = this.#asked;
    this.#watch = this.#startWatch();
  }

  get(key: string): LookupAnswer | Promise<LookupAnswer> {
    if (this.#gate.isOpen) return this.#store.get(key);
    return this.#gate.code === undefined ? this.#getLater(key) : unavailable(this.#gate.code);
  }

  close(): Promise<void> {
    this.#watch.stop();
    this.#gate.close('Closing');
    this.#asked.close();
    return Promise.resolve();
  }

  async #getLater(key: string): Promise<LookupAnswer> {
    await this.#gate.decided();
    return this.#gate.isOpen ? this.#store.get(key) : unavailable(this.#gate.code ?? 'Loading');
  }

  #startWatch(): BucketWatch {
    return this.#deps.nats.watchBucket(this.#options.bucket, {
      onBegin: (state) => this.#begin(state),
      onEntry: (entry) => {
        this.#store.put(entry);
        this.#checkSize();
      },
      onDelete: (key) => {
        this.#store.delete(key);
        this.#checkSize();
      },
      onCaughtUp: () => {
        this.#store.caughtUp();
        this.#gate.open();
        this.#deps.log.info({ bucket: this.#options.bucket, keys: this.#store.keys }, 'the bucket is known');
      },
      onTrouble: (error) => {
        this.#broken(error);
      },
      known: () => this.#known(),
    });
  }

  #begin(state: BucketState): Watched {
    this.#state = state;
    this.#gate.shut();
    if (state.bytes < this.#tooLargeBytes * SHRUNK) this.#tooLargeBytes = Infinity;
    const whole = this.#fits(state);
    if (!whole) this.#store = this.#asked;
    else if (this.#store === this.#asked) this.#store = new Table({ ...this.#options, clock: this.#deps.clock });
    this.#store.begin();
    return whole ? 'Values' : 'Changes';
  }

  /** Where there is no history, each key takes more here than there. */
  #fits({ bytes, messages, keys }: BucketState): boolean {
    return this.#tooLargeBytes === Infinity && !(messages === keys && bytes > this.#options.maxBytes);
  }

  #checkSize(): void {
    const { bucket, maxBytes } = this.#options;
    if (this.#store === this.#asked || this.#store.bytes <= maxBytes) return;
    this.#tooLargeBytes = this.#state?.bytes ?? 0;
    this.#deps.log.info({ bucket, maxBytes }, 'the bucket does not fit; its keys are read when they are asked for');
    this.#store = this.#asked;
    this.#gate.shut();
    this.#watch.restart();
  }

  #broken(error: NatsError): void {
    const code = troubleCode(error);
    if (this.#gate.code !== code) {
      this.#deps.log.warn({ bucket: this.#options.bucket, code }, 'the bucket can’t be read; trying again');
    }
    this.#gate.close(code);
  }

  /** What expires by itself is still remembered here for a while. */
  #known(): number | undefined {
    const { maxAgeMs = 0, ttlPerKey = false } = this.#state ?? {};
    return this.#gate.isOpen && maxAgeMs === 0 && !ttlPerKey ? this.#store.keys : undefined;
  }
}
