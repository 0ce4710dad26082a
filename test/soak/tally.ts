/** The job of the soak, its events, and what must come of them. */
export type Tally = {
  readonly expected: number;
  readonly lost: number;
  readonly doubled: number;
  /** Results whose content or subject is another's, or that should not be there. */
  readonly wrong: number;
  /** A few ids of what is lost, doubled or wrong, to look for. */
  readonly examples: readonly number[];
};

const EXAMPLES = 5;
const ORIGINS = 10;
/** One event in so many does not pass the filter. */
const DROPPED_OF = 10;

export function eventOf(id: number): string {
  return JSON.stringify({ id, keep: id % DROPPED_OF !== 0, origin: `o${id % ORIGINS}`, text: `event ${id}` });
}

export const steps = [
  { name: 'some', filter: { expression: 'event.keep' } },
  { name: 'shape', map: { set: { note: "event.origin + ' ' + event.text" }, remove: ['keep'] } },
];
export const sinks = [{ name: 'out', jetstream: { subject: 'out.${event.origin}' } }];

/** How many of so many events have a result. */
export function expectedOf(events: number): number {
  return events - Math.ceil(events / DROPPED_OF);
}

/** Counts results, in whatever order they come, without keeping them. */
export class Tallying {
  readonly #times: Uint8Array;
  readonly #examples: number[] = [];
  #wrong = 0;

  constructor(events: number) {
    this.#times = new Uint8Array(events);
  }

  add(subject: string, payload: string): void {
    const { id, ...rest } = JSON.parse(payload) as { id: number };
    if (!(id < this.#times.length) || !isRight(id, subject, rest)) {
      this.#wrong += 1;
      this.#show(id);
      return;
    }
    this.#times[id] = Math.min(255, (this.#times[id] ?? 0) + 1);
  }

  result(): Tally {
    let [lost, doubled] = [0, 0];
    for (const [id, times] of this.#times.entries()) {
      const isMissing = times === 0 && id % DROPPED_OF !== 0;
      if (isMissing) lost += 1;
      if (times > 1) doubled += times - 1;
      if (isMissing || times > 1) this.#show(id);
    }
    const expected = expectedOf(this.#times.length);
    return { expected, lost, doubled, wrong: this.#wrong, examples: this.#examples };
  }

  #show(id: number): void {
    if (this.#examples.length < EXAMPLES) this.#examples.push(id);
  }
}

function isRight(id: number, subject: string, rest: object): boolean {
  const origin = `o${id % ORIGINS}`;
  const text = `event ${id}`;
  const expected = { origin, text, note: `${origin} ${text}` };
  return (
    id % DROPPED_OF !== 0 &&
    subject === `out.${origin}` &&
    JSON.stringify(sorted(rest)) === JSON.stringify(sorted(expected))
  );
}

function sorted(fields: object): [string, unknown][] {
  return Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
