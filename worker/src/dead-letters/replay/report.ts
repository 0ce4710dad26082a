import type { Fate, Skipped } from './fate.ts';

export type SinkCount = {
  /** Results that the sink confirmed. */
  confirmed: number;
  /** Of those, the ones that it had already. */
  duplicates: number;
};

/** What a replay did, in dead letters unless said otherwise. */
export type ReplayReport = {
  readonly replayed: number;
  readonly sinks: ReadonlyMap<string, SinkCount>;
  /** By `filtered`, `dropped` and `unrouted`. */
  readonly unwanted: ReadonlyMap<string, number>;
  readonly unwantedRemoved: number;
  /** By reason; each dead letter once. */
  readonly failed: ReadonlyMap<string, number>;
  readonly moved: number;
  readonly waits: number;
  readonly skipped: ReadonlyMap<Skipped, number>;
  /** Those that somebody else removed meanwhile. */
  readonly removedElsewhere: number;
  readonly interrupted: boolean;
};

/** Counts fates. */
export class Tally {
  readonly sinks = new Map<string, SinkCount>();
  #replayed = 0;
  #unwantedRemoved = 0;
  #moved = 0;
  #waits = 0;
  #done = 0;
  removedElsewhere = 0;
  readonly #unwanted = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  readonly #skipped = new Map<Skipped, number>();

  constructor(sinks: readonly { readonly name: string }[]) {
    for (const { name } of sinks) this.sinks.set(name, { confirmed: 0, duplicates: 0 });
  }

  /** Dead letters whose fate is known. */
  get done(): number {
    return this.#done;
  }

  add(fate: Fate): void {
    this.#done += 1;
    switch (fate.kind) {
      case 'replayed':
        this.#replayed += 1;
        return;
      case 'unwanted':
        count(this.#unwanted, fate.how);
        if (fate.removed) this.#unwantedRemoved += 1;
        return;
      case 'failed':
        count(this.#failed, fate.failures[0]?.reason ?? '');
        if (fate.failures.every(({ moved }) => moved)) this.#moved += 1;
        return;
      case 'waits':
        this.#waits += 1;
        return;
      case 'skipped':
        count(this.#skipped, fate.why);
    }
  }

  confirmed(sink: string, duplicate: boolean): void {
    const counts = this.sinks.get(sink);
    if (counts === undefined) return;
    counts.confirmed += 1;
    if (duplicate) counts.duplicates += 1;
  }

  report(interrupted: boolean): ReplayReport {
    return {
      replayed: this.#replayed,
      sinks: this.sinks,
      unwanted: this.#unwanted,
      unwantedRemoved: this.#unwantedRemoved,
      failed: this.#failed,
      moved: this.#moved,
      waits: this.#waits,
      skipped: this.#skipped,
      removedElsewhere: this.removedElsewhere,
      interrupted,
    };
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
