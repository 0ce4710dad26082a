import { backoffMs, type Backoff } from './backoff.ts';
import type { DestinationReason, Verdict } from './classify.ts';
import { PassRatio } from './pass-ratio.ts';
import type { Held } from './held.ts';
import type { Parcel } from './parcel.ts';

export type DestinationOptions = {
  /** Name of the sink, or `deadLetter`. */
  readonly name: string;
  /** For parcels that fail while others pass. */
  readonly retry: { readonly maxAttempts: number } & Backoff;
  /** Set when nothing may be sent here at all, with why: then everything is held. */
  readonly closed?: 'Disabled' | 'NotConfigured';
  /** Parcels that are on their way at once at most; the others are held until there is room. Absent: no bound. */
  readonly window?: number;
};

/** What a destination waits for, as the worker's progress tells it. */
export type Waiting = {
  readonly reason: DestinationReason | 'DeadLettersBlocked';
  readonly code: string;
  readonly held: number;
  readonly sinceMs: number;
};

type Trouble = { reason: DestinationReason; code: string; sinceMs: number };
type Failed = Exclude<Verdict, { kind: 'stored' | 'own' }>;

/** Waits of a parcel that failed through no fault of its own, and of the probes of an outage. */
const RETRY: Backoff = { initialMs: 250, maxMs: 30_000 };
const PROBES: Backoff = { initialMs: 250, maxMs: 5_000 };
const PROBES_AT_ONCE = 4;
/** A fresh parcel may be the first that passes; in an outage one is tried so often. */
const FRESH_PROBE_EVERY_MS = 250;
/** Nothing passes: so many failures in a row, or failures for so long. */
const OUTAGE_FAILURES = 32;
const OUTAGE_AFTER_MS = 1_000;
/** A parcel that failed so often keeps its own back-off when an outage ends; it may never pass. */
const STUBBORN_FAILURES = 3;

/**
 * Decides what is sent to one destination, and when: everything while it takes something, probes during an outage.
 * Time is given, nothing is sent from here.
 */
export class Destination<Item extends Held = Parcel> {
  readonly name: string;
  readonly #retry: DestinationOptions['retry'];
  readonly #closed: DestinationOptions['closed'];
  readonly #window: number | undefined;
  readonly #ratio = new PassRatio();
  /** Never tried, held because the outage was known or there was no room. */
  readonly #untried = new Set<Item>();
  readonly #tried = new Set<Item>();
  #retrying = 0;
  /** Parcels on their way; counted where there is a window. */
  #flying = 0;
  #closedSinceMs: number | undefined;
  #trouble: Trouble | undefined;
  #outage = false;
  #failuresInRow = 0;
  #firstFailureMs = 0;
  #probeRounds = 0;
  #nextProbeMs = 0;
  #nextFreshMs = 0;
  /** It asked to be left alone until then. */
  #quietUntilMs = 0;
  #answeredProbes = 0;

  constructor({ name, retry, closed, window }: DestinationOptions) {
    this.name = name;
    this.#retry = retry;
    this.#closed = closed;
    this.#window = window;
  }

  get inOutage(): boolean {
    return this.#outage;
  }

  /** Parcels that wait here, or are being tried again. */
  get held(): number {
    return this.#untried.size + this.#tried.size + this.#retrying;
  }

  /** Whether something may wait only because too much was on its way. */
  get waitsForRoom(): boolean {
    return this.#window !== undefined && this.#untried.size > 0;
  }

  /** Every parcel that waits here. */
  *waiting(): IterableIterator<Item> {
    yield* this.#untried;
    yield* this.#tried;
  }

  /** What an outage is about; undefined while the destination takes something. */
  get trouble(): Waiting | undefined {
    if (this.#closed !== undefined && this.#closedSinceMs !== undefined) {
      return { reason: 'DeadLettersBlocked', code: this.#closed, held: this.held, sinceMs: this.#closedSinceMs };
    }
    return this.#outage && this.#trouble !== undefined ? { ...this.#trouble, held: this.held } : undefined;
  }

  /** True: send the new parcel now. False: it is held here until `due` hands it out. */
  admit(parcel: Item, nowMs: number): boolean {
    if (this.#closed !== undefined) {
      this.#closedSinceMs ??= nowMs;
      this.#untried.add(parcel);
      return false;
    }
    if (this.#outage ? this.#admitsProbe(nowMs) : this.#admitsFresh(nowMs)) {
      if (this.#outage) this.#send(parcel, 'probe');
      else if (this.#window !== undefined) this.#flying += 1;
      return true;
    }
    this.#untried.add(parcel);
    return false;
  }

  /** The next parcel that only waits for room, now that one came back; it is in hand of the caller like those of `due`. */
  next(nowMs: number): Item | undefined {
    if (this.#outage || this.#room === 0 || nowMs < this.#quietUntilMs) return undefined;
    const [parcel] = this.#untried;
    if (parcel === undefined) return undefined;
    this.#untried.delete(parcel);
    this.#send(parcel, 'again');
    return parcel;
  }

  stored(parcel: Item, nowMs: number): void {
    this.#returned(parcel, true);
    this.passed(nowMs);
  }

  /** Something passed that was never held here. */
  passed(nowMs: number): void {
    this.#ratio.add(true);
    if (this.#failuresInRow === 0 && !this.#outage) return;
    this.#failuresInRow = 0;
    if (this.#outage) this.#resume(nowMs);
  }

  /** The parcel came back and won't be sent here again: it was refused for good, or its message is no longer ours. */
  release(parcel: Item): void {
    this.#returned(parcel, true);
  }

  /** `hold`: the parcel waits here for another try. `dead`: it spent its attempts. */
  failed(parcel: Item, verdict: Failed, nowMs: number): 'hold' | 'dead' {
    this.#returned(parcel, verdict.unanswered !== true);
    const own = verdict.kind === 'transient' && this.#ratio.mostPass;
    this.#ratio.add(false);
    parcel.failures += 1;
    if (own) {
      parcel.attempts += 1;
      if (parcel.attempts >= this.#retry.maxAttempts) return 'dead';
      parcel.nextMs = nowMs + Math.max(backoffMs(this.#retry, parcel.attempts), verdict.retryAfterMs ?? 0);
    } else {
      parcel.nextMs = nowMs + Math.max(backoffMs(RETRY, parcel.failures), verdict.retryAfterMs ?? 0);
    }
    this.#tried.add(parcel);
    this.#note(verdict, nowMs);
    return 'hold';
  }

  /** The parcels to send now; they are in hand of the caller until stored, failed or refused. */
  due(nowMs: number): Item[] {
    if (this.#closed !== undefined || nowMs < this.#quietUntilMs) return [];
    const due = this.#outage ? this.#probes(nowMs) : this.#dueRetries(nowMs);
    for (const parcel of due) {
      this.#untried.delete(parcel);
      this.#tried.delete(parcel);
      this.#send(parcel, this.#outage ? 'probe' : 'again');
    }
    return due;
  }

  /** Something changed that may have ended the outage, such as a connection that is back: probe at once. */
  wake(nowMs: number): void {
    this.#probeRounds = 0;
    this.#nextProbeMs = nowMs;
    this.#nextFreshMs = nowMs;
  }

  /** Lets go of parcels whose message is no longer ours. */
  purge(): void {
    for (const set of [this.#untried, this.#tried]) {
      for (const parcel of set) if (parcel.owner.gone) set.delete(parcel);
    }
  }

  /** How many probes were answered since this was last asked. */
  takeAnsweredProbes(): number {
    const answered = this.#answeredProbes;
    this.#answeredProbes = 0;
    return answered;
  }

  #send(parcel: Item, flight: 'again' | 'probe'): void {
    parcel.flight = flight;
    this.#retrying += 1;
    if (this.#window !== undefined) this.#flying += 1;
  }

  #returned(parcel: Item, answered: boolean): void {
    if (this.#window !== undefined) this.#flying -= 1;
    if (parcel.flight === 'first') return;
    if (parcel.flight === 'probe' && answered) this.#answeredProbes += 1;
    parcel.flight = 'first';
    this.#retrying -= 1;
  }

  #note(verdict: Failed, nowMs: number): void {
    const reason = verdict.kind === 'destination' ? verdict.reason : 'SinkRefuses';
    this.#trouble = { reason, code: verdict.code, sinceMs: this.held > 1 ? (this.#trouble?.sinceMs ?? nowMs) : nowMs };
    if (this.#failuresInRow === 0) this.#firstFailureMs = nowMs;
    this.#failuresInRow += 1;
    const quietMs = verdict.kind === 'destination' ? (verdict.retryAfterMs ?? 0) : 0;
    this.#quietUntilMs = Math.max(this.#quietUntilMs, nowMs + quietMs);
    if (this.#outage) return;
    const forMs = Math.max(nowMs - this.#firstFailureMs, quietMs);
    if (this.#failuresInRow < OUTAGE_FAILURES && forMs < OUTAGE_AFTER_MS) return;
    this.#outage = true;
    this.#probeRounds = 0;
    this.#nextProbeMs = nowMs + PROBES.initialMs;
    this.#nextFreshMs = nowMs + FRESH_PROBE_EVERY_MS;
  }

  #resume(nowMs: number): void {
    this.#outage = false;
    this.#trouble = undefined;
    this.#answeredProbes = 0;
    for (const parcel of this.#tried) if (parcel.failures < STUBBORN_FAILURES) parcel.nextMs = nowMs;
    for (const parcel of this.#untried) parcel.nextMs = nowMs;
  }

  #probes(nowMs: number): Item[] {
    if (nowMs < this.#nextProbeMs || this.#retrying > 0) return [];
    this.#probeRounds += 1;
    this.#nextProbeMs = nowMs + backoffMs(PROBES, this.#probeRounds + 1);
    const fresh = [...this.#untried.values().take(PROBES_AT_ONCE / 2)];
    return [...fresh, ...this.#tried.values().take(PROBES_AT_ONCE - fresh.length)];
  }

  #dueRetries(nowMs: number): Item[] {
    return [...this.waiting()].filter((parcel) => parcel.nextMs <= nowMs).slice(0, this.#room);
  }

  get #room(): number {
    return this.#window === undefined ? Infinity : Math.max(0, this.#window - this.#flying);
  }

  #admitsFresh(nowMs: number): boolean {
    if (nowMs < this.#quietUntilMs) return false;
    // Nobody overtakes those who wait for room.
    return this.#window === undefined || (this.#room > 0 && this.#untried.size === 0);
  }

  #admitsProbe(nowMs: number): boolean {
    if (nowMs < Math.max(this.#nextFreshMs, this.#quietUntilMs)) return false;
    this.#nextFreshMs = nowMs + FRESH_PROBE_EVERY_MS;
    return true;
  }
}
