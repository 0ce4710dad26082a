import { Dependencies } from './dependencies.ts';
import { Destination, type DestinationOptions, type Waiting } from './destination.ts';
import type { Parcel } from './parcel.ts';

/**
 * Where parcels go, by `Parcel.destination`: the sinks in the manifest's order, then the dead letters. What steps depend
 * on holds messages in the same way.
 */
export class Destinations {
  readonly sinks: readonly Destination[];
  readonly deadLetters: Destination;
  readonly dependencies = new Dependencies();
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
    for (const destination of [...this.#all, ...this.dependencies.all]) destination.wake(nowMs);
  }

  purge(): void {
    for (const destination of [...this.#all, ...this.dependencies.all]) destination.purge();
  }

  /** The most that waits for one sink or step, and whether any is in an outage. */
  held(): { readonly most: number; readonly outage: boolean } {
    let most = 0;
    let outage = false;
    for (const { held, inOutage } of this.#holding) {
      if (held > most) most = held;
      if (inOutage) outage = true;
    }
    return { most, outage };
  }

  takeAnsweredProbes(): number {
    return this.#holding.reduce((sum, one) => sum + one.takeAnsweredProbes(), 0);
  }

  get #holding(): readonly Pick<Destination, 'held' | 'inOutage' | 'takeAnsweredProbes'>[] {
    const { all } = this.dependencies;
    return all.length === 0 ? this.sinks : [...this.sinks, ...all];
  }

  /** The destinations that take nothing, with what they said last. */
  waiting(): { readonly destination: string; readonly waiting: Waiting }[] {
    return [...this.#all, ...this.dependencies.all].flatMap(({ name, trouble }) => {
      if (trouble === undefined) return [];
      const blocked = name === this.deadLetters.name ? { reason: 'DeadLettersBlocked' as const } : {};
      return [{ destination: name, waiting: { ...trouble, ...blocked } }];
    });
  }
}

const NEVER_GIVE_UP = { maxAttempts: Number.POSITIVE_INFINITY, initialMs: 1_000, maxMs: 30_000 };
