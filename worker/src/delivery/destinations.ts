import { Destination, type DestinationOptions, type Waiting } from './destination.ts';
import type { Parcel } from './parcel.ts';

/** Where parcels go, by `Parcel.destination`: the sinks in the manifest's order, then the dead letters. */
export class Destinations {
  readonly sinks: readonly Destination[];
  readonly deadLetters: Destination;
  readonly #all: readonly Destination[];

  /** `deadLettersClosed` says why no dead letter may be written, when that is so. */
  constructor(sinks: readonly DestinationOptions[], deadLettersClosed?: DestinationOptions['closed']) {
    this.sinks = sinks.map((sink) => new Destination(sink));
    const closed = deadLettersClosed === undefined ? {} : { closed: deadLettersClosed };
    this.deadLetters = new Destination({ name: 'deadLetter', retry: NEVER_GIVE_UP, ...closed });
    this.#all = [...this.sinks, this.deadLetters];
  }

  /** The value of `Parcel.destination` for a dead letter. */
  get deadLetterIndex(): number {
    return this.sinks.length;
  }

  of(parcel: Parcel): Destination {
    return this.#all[parcel.destination] ?? this.deadLetters;
  }

  /** Everything to send again now. */
  due(nowMs: number): Parcel[] {
    return this.#all.flatMap((destination) => (destination.held === 0 ? [] : destination.due(nowMs)));
  }

  wake(nowMs: number): void {
    for (const destination of this.#all) destination.wake(nowMs);
  }

  purge(): void {
    for (const destination of this.#all) destination.purge();
  }

  /** The most parcels that wait for one sink, and whether any sink is in an outage. */
  held(): { readonly most: number; readonly outage: boolean } {
    let most = 0;
    let outage = false;
    for (const sink of this.sinks) {
      if (sink.held > most) most = sink.held;
      if (sink.inOutage) outage = true;
    }
    return { most, outage };
  }

  takeAnsweredProbes(): number {
    return this.sinks.reduce((sum, sink) => sum + sink.takeAnsweredProbes(), 0);
  }

  /** The destinations that take nothing, with what they said last. */
  waiting(): { readonly destination: string; readonly waiting: Waiting }[] {
    return this.#all.flatMap(({ name, trouble }) => {
      if (trouble === undefined) return [];
      const blocked = name === this.deadLetters.name ? { reason: 'DeadLettersBlocked' as const } : {};
      return [{ destination: name, waiting: { ...trouble, ...blocked } }];
    });
  }
}

const NEVER_GIVE_UP = { maxAttempts: Number.POSITIVE_INFINITY, initialMs: 1_000, maxMs: 30_000 };
