import { type Clock } from '../clock.ts';
import { unavailable, type LookupAnswer } from './lookup.ts';
import { RecentCache } from './recent-cache.ts';

/** An answer, for how long it may be given again (0: not at all), and what keeping it costs. */
export type Asked = { readonly answer: LookupAnswer; readonly keepMs: number; readonly cost: number };

export type AskedOptions = {
  /** Answers within a deadline, and never rejects. */
  readonly ask: (key: string) => Promise<Asked>;
  /** Asked at once, at most. */
  readonly concurrency: number;
  readonly maxCost: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
};

type Kept = { readonly answer: LookupAnswer; readonly untilMs: number };
type InFlight = { readonly promise: Promise<LookupAnswer>; readonly resolve: (answer: LookupAnswer) => void };

/** So many in a row that got no answer, and those that wait for their turn need not wait for the same. */
const REFUSE_AFTER = 4;

/** Asks for each key when somebody wants it, once however many want it, and remembers the answers for a while. */
export class AskedLookup {
  readonly #options: AskedOptions;
  readonly #kept: RecentCache<Kept>;
  readonly #inFlight = new Map<string, InFlight>();
  #waiting: { readonly key: string; readonly flight: InFlight }[] = [];
  #asking = 0;
  #unavailableInRow = 0;
  #closed = false;

  constructor(options: AskedOptions) {
    this.#options = options;
    this.#kept = new RecentCache(options.maxCost);
  }

  get cost(): number {
    return this.#kept.cost;
  }

  get(key: string): LookupAnswer | Promise<LookupAnswer> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#options.clock.monotonicMs() < kept.untilMs) return kept.answer;
    return this.#inFlight.get(key)?.promise ?? this.#enter(key);
  }

  /** The key's value changed: what is known is forgotten, and what is on its way is told to those who wait, but not kept. */
  forget(key: string): void {
    this.#kept.delete(key);
    this.#inFlight.delete(key);
  }

  forgetAll(): void {
    this.#kept.clear();
    this.#inFlight.clear();
  }

  /** Those that wait for their turn are refused; those that are being asked come to their end. */
  close(): void {
    this.#closed = true;
    this.#refuseWaiting(unavailable('Closing'));
  }

  #enter(key: string): Promise<LookupAnswer> {
    const { promise, resolve } = Promise.withResolvers<LookupAnswer>();
    const flight = { promise, resolve };
    if (this.#closed) {
      resolve(unavailable('Closing'));
      return promise;
    }
    this.#inFlight.set(key, flight);
    if (this.#asking < this.#options.concurrency) void this.#ask(key, flight);
    else this.#waiting.push({ key, flight });
    return promise;
  }

  async #ask(key: string, flight: InFlight): Promise<void> {
    this.#asking += 1;
    const { answer, keepMs, cost } = await this.#options.ask(key);
    this.#asking -= 1;
    // Another flight, or none: the key changed while this one was under way.
    if (this.#inFlight.get(key) === flight) {
      this.#inFlight.delete(key);
      const untilMs = this.#options.clock.monotonicMs() + keepMs;
      if (keepMs > 0) this.#kept.set(key, { answer, untilMs }, cost);
    }
    flight.resolve(answer);
    this.#count(answer);
    this.#next();
  }

  #count(answer: LookupAnswer): void {
    this.#unavailableInRow = answer.kind === 'unavailable' ? this.#unavailableInRow + 1 : 0;
    if (this.#unavailableInRow >= REFUSE_AFTER) this.#refuseWaiting(answer);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) void this.#ask(next.key, next.flight);
  }

  #refuseWaiting(answer: LookupAnswer): void {
    const refused = this.#waiting;
    this.#waiting = [];
    for (const { key, flight } of refused) {
      if (this.#inFlight.get(key) === flight) this.#inFlight.delete(key);
      flight.resolve(answer);
    }
  }
}
