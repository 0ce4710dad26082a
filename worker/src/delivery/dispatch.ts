import type { Counts } from '../health/counts.ts';
import type { Emission } from '../pipeline/types.ts';
import type { Sink } from '../sinks/sink.ts';
import type { Verdict } from './classify.ts';
import type { Destinations } from './destinations.ts';
import { confirmOne, type Confirmed, type InHand } from './in-hand.ts';
import { createParcel, type DeadLetterFailure, type Parcel } from './parcel.ts';

export type DispatchDeps = {
  readonly destinations: Destinations;
  /** By `Parcel.destination`: the job's sinks, then that of the dead letters. */
  readonly sinks: readonly Sink[];
  readonly counts: Counts;
  nowMs(): number;
  /** The publication of a dead letter; by reference it doesn't hold the payload. */
  buildDeadLetter(message: InHand, failure: DeadLetterFailure, byReference: boolean): Parcel['publication'];
  onConfirmed(message: Confirmed): void;
  /** Something came back: there may be more to do. */
  onAnswer(): void;
};

/** Publications that the worker writes at once at most. */
const BATCH_PARCELS = 500;

/** Brings parcels to their destinations and decides by the answers what becomes of each. */
export class Dispatch {
  readonly #deps: DispatchDeps;
  #firstFlights = 0;
  #inFlight = 0;
  #draining = false;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
  }

  /** Parcels that were sent for the first time and not answered: while there are any, their messages are being worked on. */
  get firstFlights(): number {
    return this.#firstFlights;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  parcel(owner: InHand, emission: Emission): Parcel {
    return createParcel(owner, emission.sink, emission);
  }

  /** A message, or its result for one sink, failed for good. */
  deadLetter(owner: InHand, failure: DeadLetterFailure): Parcel {
    this.#deps.counts.failed += 1;
    const publication = this.#deps.buildDeadLetter(owner, failure, false);
    const { deadLetterIndex } = this.#deps.destinations;
    return { ...createParcel(owner, deadLetterIndex, publication), deadLetter: { failure, byReference: false } };
  }

  /** Sends what its destination admits; the rest is held there. */
  send(parcels: readonly Parcel[], nowMs: number): void {
    const { destinations } = this.#deps;
    this.#publish(parcels.filter((parcel) => destinations.of(parcel).admit(parcel, nowMs)));
  }

  /** From now on what waits for room stays where it is. */
  beginDrain(): void {
    this.#draining = true;
  }

  /** Sends again what is due. */
  retry(nowMs: number): void {
    const { destinations, counts } = this.#deps;
    const due = destinations.due(nowMs);
    const wanted = due.filter((parcel) => !parcel.owner.gone);
    for (const parcel of due) if (parcel.owner.gone) destinations.of(parcel).release(parcel);
    counts.retried += wanted.length;
    this.#publish(wanted);
  }

  #publish(parcels: readonly Parcel[]): void {
    for (const [destination, sink] of this.#deps.sinks.entries()) {
      const own = parcels.filter((parcel) => parcel.destination === destination);
      for (let start = 0; start < own.length; start += BATCH_PARCELS) {
        this.#publishBatch(sink, own.slice(start, start + BATCH_PARCELS));
      }
    }
  }

  #publishBatch(sink: Sink, batch: readonly Parcel[]): void {
    for (const parcel of batch) if (parcel.flight === 'first') this.#firstFlights += 1;
    this.#inFlight += batch.length;
    const publications = batch.map((parcel) => parcel.publication);
    sink.publish(publications, (index, verdict) => {
      const parcel = batch[index];
      if (parcel !== undefined) this.#answered(parcel, verdict);
    });
  }

  #answered(parcel: Parcel, verdict: Verdict): void {
    this.#inFlight -= 1;
    if (parcel.flight === 'first') this.#firstFlights -= 1;
    if (parcel.owner.gone) this.#deps.destinations.of(parcel).release(parcel);
    else if (verdict.kind === 'stored') this.#stored(parcel, verdict.duplicate);
    else this.#refused(parcel, verdict);
    this.#sendNext(parcel);
    this.#deps.onAnswer();
  }

  /** One came back, so there is room for one that waited for it. */
  #sendNext(returned: Parcel): void {
    const destination = this.#deps.destinations.of(returned);
    if (this.#draining || !destination.waitsForRoom) return;
    const nowMs = this.#deps.nowMs();
    let next = destination.next(nowMs);
    while (next?.owner.gone === true) {
      destination.release(next);
      next = destination.next(nowMs);
    }
    if (next !== undefined) this.#publish([next]);
  }

  #stored(parcel: Parcel, duplicate: boolean): void {
    const { counts, destinations } = this.#deps;
    destinations.of(parcel).stored(parcel, this.#deps.nowMs());
    if (parcel.deadLetter === undefined) counts.emitted += 1;
    else counts.deadLettered += 1;
    if (duplicate && parcel.deadLetter === undefined && parcel.failures === 0 && parcel.owner.deliveries === 1)
      counts.duplicates += 1;
    const confirmed = confirmOne(parcel.owner);
    if (confirmed !== undefined) this.#deps.onConfirmed(confirmed);
  }

  #refused(parcel: Parcel, verdict: Exclude<Verdict, { kind: 'stored' }>): void {
    if (parcel.deadLetter !== undefined && verdict.kind === 'own') {
      this.#deadLetterRefused(parcel, verdict.error);
    } else if (verdict.kind === 'own') {
      this.#deps.destinations.of(parcel).release(parcel);
      this.#replace(parcel, verdict.reason, verdict.error);
    } else if (this.#deps.destinations.of(parcel).failed(parcel, verdict, this.#deps.nowMs()) === 'dead') {
      this.#replace(parcel, 'RetriesExhausted', 'the destination refused it as often as the job allows');
    }
  }

  /** A dead letter takes the place of a result that failed for good: its message waits for it instead. */
  #replace(parcel: Parcel, reason: DeadLetterFailure['reason'], error: string): void {
    const at = this.#deps.destinations.of(parcel).name;
    this.send([this.deadLetter(parcel.owner, { at, reason, error })], this.#deps.nowMs());
  }

  /** Too much for the dead-letter stream: it is written without the payload. Refused even so, it is held, never dropped. */
  #deadLetterRefused(parcel: Parcel, error: string): void {
    const { destinations } = this.#deps;
    const { deadLetter, owner } = parcel;
    const nowMs = this.#deps.nowMs();
    if (deadLetter === undefined || deadLetter.byReference) {
      destinations.of(parcel).failed(parcel, { kind: 'destination', reason: 'SinkRefuses', code: error }, nowMs);
      return;
    }
    destinations.of(parcel).release(parcel);
    deadLetter.byReference = true;
    parcel.publication = this.#deps.buildDeadLetter(owner, deadLetter.failure, true);
    this.send([parcel], nowMs);
  }
}
