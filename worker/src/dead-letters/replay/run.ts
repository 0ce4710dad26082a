import { setTimeout as delay } from 'node:timers/promises';
import type { Nats, Publication, Settlement } from '@streamjob/nats';
import { createDestinations } from '../../assemble.ts';
import type { Clock } from '../../clock.ts';
import type { Credit } from '../../delivery/allowance.ts';
import type { Destinations } from '../../delivery/destinations.ts';
import { Loop } from '../../delivery/loop.ts';
import type { DeadLetterFailure } from '../../delivery/parcel.ts';
import { createCounts } from '../../health/counts.ts';
import type { Job } from '../../job.ts';
import type { Outcome } from '../../pipeline/index.ts';
import { deadLetterSink } from '../../sinks/jetstream.ts';
import { Removal, type Removed } from '../removal.ts';
import { deliveryOf } from './delivery.ts';
import { Demand } from './demand.ts';
import type { Fate, Skipped } from './fate.ts';
import { feed } from './feed.ts';
import { fateOf, isRemoved, note, type Item } from './item.ts';
import type { ReplayLine } from './line.ts';
import { moveTo } from './move.ts';
import { NO_JOURNAL } from './no-journal.ts';
import type { ReplayOptions } from './options.ts';
import { Pace } from './pace.ts';
import { Tally, type ReplayReport } from './report.ts';
import { counted, STAYS, staying } from './sinks.ts';

export type ReplayDeps = ReplayOptions & {
  readonly nats: Nats;
  readonly job: Pick<Job, 'manifest' | 'revision'>;
  readonly line: ReplayLine;
  readonly clock: Clock;
  /** Dead letters begun in a second at most. */
  readonly ratePerSecond: number;
  /** Told before a dead letter is begun that killed workers. */
  readonly onPoison: (letter: Item['letter']) => void;
};

/** What a replay holds at most: little, because what it holds another replay may have done meanwhile. */
const CREDIT: Credit = { messages: 1_000, bytes: 32 * 1024 * 1024 };
const TICK_MS = 100;
const POLL_MS = 5;
const GRACE_MS = 15_000;
const MOST_REMOVALS = 2_000;

/**
 * Runs the job as it is now over the selected dead letters: results go to the sink that failed, or to all when the
 * message failed before the sinks, and a dead letter is removed when all of its results are confirmed. What fails again
 * stays. Throws NatsError or StreamReplacedError.
 */
export async function replayDeadLetters(deps: ReplayDeps): Promise<ReplayReport> {
  const { nats, selection, signal } = deps;
  const { created } = await nats.streamInfo(selection.stream, { signal });
  const closing = new AbortController();
  const removal = new Removal({ nats, stream: selection.stream, created, signal: closing.signal });
  await removal.rehearse();
  const replay = new Replay(deps, removal);
  try {
    await Promise.race([replay.run(), removal.failed]);
  } finally {
    closing.abort();
    replay.close();
  }
  return replay.report();
}

class Replay {
  readonly #deps: ReplayDeps;
  readonly #removal: Removal;
  readonly #destinations: Destinations;
  readonly #sinkNames: ReadonlySet<string>;
  readonly #loop: Loop;
  readonly #tally: Tally;
  readonly #items = new Map<number, Item>();
  readonly #demand = new Demand();
  readonly #ticker: NodeJS.Timeout;
  #remaining = 0;
  #epoch: number;

  constructor(deps: ReplayDeps, removal: Removal) {
    const { nats, job, selection } = deps;
    const { sinks } = job.manifest.spec;
    this.#deps = deps;
    this.#removal = removal;
    this.#epoch = nats.epoch;
    this.#sinkNames = new Set(sinks.map(({ name }) => name));
    this.#destinations = createDestinations(withDeadLetters(job), { deadLetterStream: selection.stream });
    this.#tally = new Tally(sinks);
    this.#loop = this.#createLoop();
    this.#ticker = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  async run(): Promise<void> {
    const { signal } = this.#deps;
    try {
      await this.#feed();
      await this.#idle();
    } catch (error) {
      if (!signal.aborted) throw error;
      await this.#drain();
    }
  }

  close(): void {
    clearInterval(this.#ticker);
  }

  report(): ReplayReport {
    return this.#tally.report(this.#deps.signal.aborted);
  }

  #createLoop(): Loop {
    const { line, clock } = this.#deps;
    const sinks = line.sinks.map((sink, index) => counted(sink, line.pipeline.sinks[index]?.name ?? '', this.#tally));
    return new Loop({
      pipeline: { execute: (batch) => this.#execute(batch.map(({ sequence }) => sequence)) },
      sinks: [...sinks, staying(deadLetterSink(line.publisher))],
      destinations: this.#destinations,
      journal: NO_JOURNAL,
      clock,
      counts: createCounts(),
      credit: CREDIT,
      // Nobody else gets a dead letter because it takes us long.
      ackWaitMs: Infinity,
      settle: (items) => this.#settle(items),
      request: (messages, bytes) => {
        this.#demand.ask(messages, bytes);
      },
      asked: () => this.#demand.messages,
      askedBytes: () => this.#demand.bytes,
      // Its rate is bounded.
      congested: () => false,
      onStandstill: () => undefined,
      buildDeadLetter: (message, failure, byReference) => this.#failed(message.sequence, failure, byReference),
    });
  }

  async #feed(): Promise<void> {
    const { signal, job, line, nats, selection, ratePerSecond, clock, onPoison } = this.#deps;
    const { steps, sinks } = job.manifest.spec;
    const pace = new Pace(ratePerSecond, clock);
    this.#loop.schedule();
    const chosen = feed({
      nats,
      selection,
      job: { steps, sinks },
      identities: line.identities,
      signal,
      onPage: (_read, remaining) => {
        this.#remaining = remaining;
      },
      onSkipped: (letter, why) => {
        this.#skip(letter, why);
      },
    });
    for await (const { item, alone } of chosen) {
      if (alone) await this.#idle();
      await pace.next(signal);
      await this.#demand.room(signal);
      while (this.#removal.backlog > MOST_REMOVALS) await delay(POLL_MS, undefined, { signal });
      if (alone) onPoison(item.letter);
      this.#items.set(item.letter.sequence, item);
      this.#demand.give(item.message.payload.length);
      this.#loop.receive(deliveryOf(item));
    }
  }

  /** Everything that was begun has come to its end. */
  async #idle(): Promise<void> {
    const { signal } = this.#deps;
    while (this.#loop.inHand > 0 || this.#removal.backlog > 0) await delay(POLL_MS, undefined, { signal });
  }

  async #drain(): Promise<void> {
    const { clock } = this.#deps;
    const deadlineMs = clock.monotonicMs() + GRACE_MS;
    this.#loop.beginDrain();
    const busy = (): boolean => !this.#loop.drained || this.#removal.backlog > 0;
    while (busy() && clock.monotonicMs() < deadlineMs) await delay(POLL_MS);
    this.#loop.endDrain();
    while (this.#removal.backlog > 0 && clock.monotonicMs() < deadlineMs) await delay(POLL_MS);
  }

  #tick(): void {
    const { nats, onProgress } = this.#deps;
    if (nats.epoch !== this.#epoch && nats.connected) {
      this.#epoch = nats.epoch;
      this.#loop.wake(0);
    }
    this.#loop.tick();
    const waiting = this.#destinations.waiting().map(({ destination, waiting: { reason, code, held } }) => {
      return { name: destination, reason, code, held };
    });
    onProgress({ done: this.#tally.done, remaining: this.#remaining, waiting });
  }

  #execute(sequences: readonly number[]): (Outcome | Promise<Outcome>)[] {
    const items = sequences.flatMap((sequence) => this.#items.get(sequence) ?? []);
    const { pipeline } = this.#deps.line;
    const outcomes = pipeline.execute(items.map(({ message }) => message));
    return items.map((item, index) => {
      const outcome = outcomes[index] ?? { kind: 'unrouted' };
      const { sinks } = pipeline;
      return outcome instanceof Promise
        ? outcome.then((known) => note(item, known, sinks))
        : note(item, outcome, sinks);
    });
  }

  /** A sink that failed while others got theirs has a dead letter of its own from now on; else the old one stays. */
  #failed(sequence: number, failure: DeadLetterFailure, byReference: boolean): Publication {
    const item = this.#items.get(sequence);
    if (item === undefined) return STAYS;
    const { job, line, selection, nats } = this.#deps;
    const moved = item.sink === undefined && this.#sinkNames.has(failure.at);
    item.sinks.delete(failure.at);
    if (!item.failures.some(({ at }) => at === failure.at)) item.failures.push({ ...failure, moved });
    if (!moved) return STAYS;
    return moveTo(item, failure, {
      sinks: this.#sinkNames,
      revision: job.revision,
      identity: line.identities.of(item.message),
      target: { ...selection, maxPayload: nats.server.maxPayload },
      byReference,
    });
  }

  #settle(settlements: readonly Settlement[]): boolean {
    for (const { reply, as } of settlements) {
      const item = this.#items.get(Number(reply));
      if (item === undefined || as === 'working') continue;
      this.#items.delete(item.letter.sequence);
      if (as === 'ack') this.#finish(item);
      else this.#skip(item.letter, 'Unfinished');
    }
    return true;
  }

  #finish(item: Item): void {
    const { letter } = item;
    const fate = fateOf(item, this.#deps.removeUnwanted);
    if (!isRemoved(fate)) this.#tell(letter, fate);
    else
      this.#removal.remove(letter.sequence, (how: Removed) => {
        if (how === 'absent') this.#tally.removedElsewhere += 1;
        this.#tell(letter, how === 'left' ? { kind: 'skipped', why: 'Unfinished' } : fate);
      });
  }

  #skip(letter: Item['letter'] | undefined, why: Skipped): void {
    const fate: Fate = { kind: 'skipped', why };
    if (letter === undefined) this.#tally.add(fate);
    else this.#tell(letter, fate);
  }

  #tell(letter: Item['letter'], fate: Fate): void {
    this.#tally.add(fate);
    this.#deps.onFate(letter, fate);
  }
}

/** What stays or moves is told to the dead letters' destination, also where the job itself has switched it off. */
function withDeadLetters({ manifest }: Pick<Job, 'manifest'>): Pick<Job, 'manifest'> {
  return { manifest: { ...manifest, spec: { ...manifest.spec, deadLetter: { enabled: true } } } };
}
