import { NatsError, type BucketEntry } from '@streamjob/nats';
import { type Clock } from '../../clock.ts';
import { AskedLookup, type Asked } from '../asked-lookup.ts';
import { MISSING, unavailable, type LookupAnswer } from '../lookup.ts';
import { readValue, type ValueFormat } from '../read-value.ts';
import { type Store } from './store.ts';
import { PARSED_FACTOR, ROW_BYTES } from './table.ts';
import { troubleCode } from './trouble-code.ts';

export type AskedKeysOptions = {
  readonly format: ValueFormat;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly get: (key: string, options: { readonly timeoutMs: number }) => Promise<BucketEntry | undefined>;
};

const DEADLINE_MS = 2_000;
const AT_ONCE = 64;
/** A change forgets a key at once; what was removed without a word is noticed after so long. */
const KEEP_MS = 60_000;

/** The keys of a bucket that somebody asked for lately: for buckets that don't fit into memory. */
export class AskedKeys implements Store {
  readonly keys = undefined;
  readonly #options: AskedKeysOptions;
  readonly #asked: AskedLookup;

  constructor(options: AskedKeysOptions) {
    const { maxBytes, clock } = options;
    this.#options = options;
    this.#asked = new AskedLookup({ ask: (key) => this.#ask(key), concurrency: AT_ONCE, maxCost: maxBytes, clock });
  }

  get bytes(): number {
    return this.#asked.cost;
  }

  get(key: string): LookupAnswer | Promise<LookupAnswer> {
    return this.#asked.get(key);
  }

  begin(): void {
    this.#asked.forgetAll();
  }

  put({ key }: BucketEntry): void {
    this.#asked.forget(key);
  }

  delete(key: string): void {
    this.#asked.forget(key);
  }

  caughtUp(): void {
    // Nothing was asked for since `begin`.
  }

  close(): void {
    this.#asked.close();
  }

  async #ask(key: string): Promise<Asked> {
    const { get, format, clock } = this.#options;
    try {
      const entry = await get(key, { timeoutMs: DEADLINE_MS });
      const cost = ROW_BYTES + key.length;
      if (entry === undefined) return { answer: MISSING, keepMs: KEEP_MS, cost };
      const { value, storedMs, livesMs = Infinity } = entry;
      const keepMs = Math.min(KEEP_MS, storedMs + livesMs - clock.wallMs());
      if (keepMs <= 0) return { answer: MISSING, keepMs: 0, cost };
      return { answer: readValue(value, format), keepMs, cost: cost + value.length * PARSED_FACTOR };
    } catch (error) {
      return { answer: unavailable(error instanceof NatsError ? troubleCode(error) : 'NoAnswer'), keepMs: 0, cost: 0 };
    }
  }
}
