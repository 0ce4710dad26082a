import { type BucketEntry } from '@streamjob/nats';
import { type Clock } from '../../clock.ts';
import { MISSING, type LookupAnswer } from '../lookup.ts';
import { readValue, type ValueFormat } from '../read-value.ts';
import { RecentCache } from '../recent-cache.ts';
import { type Store } from './store.ts';

/**
 * A value as it came, one byte a character: a short string takes an eighth of what a byte array takes. Undefined stands
 * for a key that is known to be deleted.
 */
type Row = { readonly bytes: string | undefined; readonly expiresMs: number; readonly load: number };
type Read = { readonly answer: LookupAnswer; readonly expiresMs: number };

/** What a row takes beside its key and its value. */
export const ROW_BYTES = 96;
/** A parsed value takes about so many times what its text does. */
export const PARSED_FACTOR = 8;

export type TableOptions = {
  readonly format: ValueFormat;
  /** Half as much is used besides, for values that were read lately. */
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'wallMs'>;
};

/** All of a bucket. Values are parsed when they are asked for, and only those asked for lately stay parsed. */
export class Table implements Store {
  readonly #options: TableOptions;
  readonly #rows = new Map<string, Row>();
  readonly #read: RecentCache<Read>;
  #bytes = 0;
  #load = 0;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#read = new RecentCache(options.maxBytes / 2);
  }

  get keys(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): LookupAnswer {
    const read = this.#read.get(key);
    if (read === undefined) return this.#readRow(key);
    return this.#isOver(read.expiresMs) ? MISSING : read.answer;
  }

  begin(): void {
    this.#load += 1;
    this.#read.clear();
  }

  /** What wasn't told again is gone. */
  caughtUp(): void {
    for (const [key, row] of this.#rows) {
      if (row.load === this.#load) continue;
      this.#rows.delete(key);
      this.#bytes -= costOf(key, row);
    }
  }

  put({ key, value, storedMs, livesMs = Infinity }: BucketEntry): void {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
    this.#set(key, { bytes, expiresMs: storedMs + livesMs, load: this.#load });
  }

  delete(key: string): void {
    this.#set(key, { bytes: undefined, expiresMs: Infinity, load: this.#load });
  }

  #set(key: string, row: Row): void {
    const before = this.#rows.get(key);
    if (before !== undefined) this.#bytes -= costOf(key, before);
    this.#rows.set(key, row);
    this.#bytes += costOf(key, row);
    this.#read.delete(key);
  }

  #readRow(key: string): LookupAnswer {
    const row = this.#rows.get(key);
    if (row?.bytes === undefined || this.#isOver(row.expiresMs)) return MISSING;
    const answer = readValue(Buffer.from(row.bytes, 'latin1'), this.#options.format);
    this.#read.set(key, { answer, expiresMs: row.expiresMs }, ROW_BYTES + row.bytes.length * PARSED_FACTOR);
    return answer;
  }

  #isOver(expiresMs: number): boolean {
    return expiresMs !== Infinity && this.#options.clock.wallMs() >= expiresMs;
  }
}

function costOf(key: string, { bytes = '' }: Row): number {
  return ROW_BYTES + key.length + bytes.length;
}
