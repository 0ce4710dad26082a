import type { Delivery, Publication, Settlement } from '@streamjob/nats';
import { createCounts } from '../../health/counts.ts';
import { Journal, type JournalFile } from '../../journal/index.ts';
import type { Outcome, SourceMessage } from '../../pipeline/types.ts';
import type { Sink } from '../../sinks/sink.ts';
import type { Verdict } from '../classify.ts';
import { Destinations } from '../destinations.ts';
import { Loop } from '../loop.ts';
import { Asked } from './asked.ts';
import { DeliveryModel, isDone, type Hold } from './delivery-model.ts';
import { outcomeOf, RETRY, SINK_NAMES, type Fate } from './fate.ts';

export const ACK_WAIT_MS = 1000;
export const CREDIT = { messages: 40, bytes: 8000 };
/** A larger message may be too large for an ask, and comes alone, whatever is free. */
export const LARGEST_COUNTED = 500;
const MAX_ATTEMPTS = 3;
/** Leases are looked at by ticks, so often. */
const SCAN_MS = ACK_WAIT_MS / 8;
const DISCONNECTED: Verdict = {
  kind: 'destination',
  reason: 'BrokerUnreachable',
  code: 'Disconnected',
  unanswered: true,
};

export type MessageSpec = {
  readonly subject: string;
  readonly bytes: number;
  readonly deliveries: number;
  readonly fate: Fate;
};

type Flight = {
  readonly hold: Hold;
  readonly key: string;
  readonly destination: number;
  readonly answer: (verdict: Verdict) => void;
};

/** For tests: a loop between a source, two sinks and dead letters that do what they are told, watched by the model. */
export class DeliveryScene {
  readonly model = new DeliveryModel(ACK_WAIT_MS, MAX_ATTEMPTS);
  readonly counts = createCounts();
  readonly loop: Loop;
  nowMs = 0;
  connected = true;
  /** Nothing fails any more. */
  #isSound = false;
  /** What went wrong inside of a callback, where the loop would take it for its own. */
  #wrong: unknown;
  #flights: Flight[] = [];
  /** Outcomes that are waited for. */
  #outcomes: { readonly subject: string; tell(): void }[] = [];
  readonly #asked = new Asked();
  #sequences = 0;
  #replies = 0;
  #lastLifeMs = 0;
  readonly #retries = new Map<number, number>();

  constructor() {
    this.loop = new Loop({
      pipeline: { execute: (batch) => this.#guard(() => this.#execute(batch)) ?? [] },
      sinks: [...SINK_NAMES, 'deadLetter'].map((_name, destination) => this.#sink(destination)),
      destinations: new Destinations(
        SINK_NAMES.map((name) => ({ name, retry: { maxAttempts: MAX_ATTEMPTS, initialMs: 200, maxMs: 2000 } })),
      ),
      journal: new Journal({ found: undefined, write: () => true } as unknown as JournalFile, 'r'),
      clock: { wallMs: () => this.nowMs, monotonicMs: () => this.nowMs },
      counts: this.counts,
      credit: CREDIT,
      ackWaitMs: ACK_WAIT_MS,
      settle: (items) => this.#settle(items),
      request: (messages, bytes) => {
        if (this.connected) this.#asked.add(messages, bytes);
      },
      asked: () => this.#asked.messages,
      askedBytes: () => this.#asked.bytes,
      congested: () => false,
      onStandstill: () => {
        this.#asked.clear();
      },
      buildDeadLetter: ({ sequence }, { at }) => ({ subject: `${sequence} dead:${at}`, payload: new Uint8Array(0) }),
    });
  }

  /** The server sends what was asked for. */
  async receive(specs: readonly MessageSpec[]): Promise<void> {
    for (const spec of specs) if (this.#asked.take(spec.bytes)) this.#deliver({ ...spec, sequence: ++this.#sequences });
    await this.#turns();
  }

  /** The server sends again what it has back. */
  async redeliver(count: number): Promise<void> {
    for (const hold of this.model.returned.splice(0, count)) {
      if (this.#asked.take(hold.bytes)) this.#deliver({ ...hold, deliveries: hold.deliveries + 1 });
      else this.model.returned.push(hold);
    }
    await this.#turns();
  }

  /** The server sends again what is in hand. */
  async repeat(choice: number): Promise<void> {
    const hold = [...this.model.holds.values()].at(choice % Math.max(1, this.model.holds.size));
    if (hold !== undefined && this.#asked.take(hold.bytes)) this.#deliver({ ...hold, deliveries: hold.deliveries + 1 });
    await this.#turns();
  }

  /** Answers some of what is on its way, in whatever order; without a connection there is one answer only. */
  async answer(choices: readonly number[], verdict: Verdict): Promise<void> {
    for (const choice of choices) {
      const [flight] = this.#flights.splice(choice % Math.max(1, this.#flights.length), 1);
      if (flight !== undefined) this.#answer(flight, this.connected ? this.#verdictOn(flight, verdict) : DISCONNECTED);
    }
    await this.#turns();
  }

  async answerAll(verdict: Verdict): Promise<void> {
    await this.answer(
      this.#flights.map(() => 0),
      verdict,
    );
  }

  /** Steps that needed time have it. */
  async resolve(choices: readonly number[]): Promise<void> {
    for (const choice of choices) this.#outcomes.splice(choice % Math.max(1, this.#outcomes.length), 1)[0]?.tell();
    await this.#turns();
  }

  async resolveAll(): Promise<void> {
    await this.resolve(this.#outcomes.map(() => 0));
  }

  /** Time passes, and nobody looks. */
  async sleep(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.#turns();
  }

  async tick(ms: number): Promise<void> {
    this.nowMs += ms;
    this.#live();
    this.loop.tick();
    const late = this.model.expired(this.nowMs, SCAN_MS).length;
    if (this.loop.inHand > this.model.holds.size - late) throw new Error('something is kept without a lease');
    await this.#turns();
  }

  async disconnect(): Promise<void> {
    this.connected = false;
    this.#asked.clear();
    for (const flight of this.#flights.splice(0)) this.#answer(flight, DISCONNECTED);
    await this.#turns();
  }

  /** As the worker does it after a break. */
  async reconnect(downMs: number): Promise<void> {
    if (this.connected) return;
    this.connected = true;
    if (downMs > ACK_WAIT_MS) {
      this.model.drop();
      this.loop.drop();
    }
    this.model.forget(this.nowMs - downMs);
    this.loop.wake(downMs);
    await this.#turns();
  }

  async drain(): Promise<void> {
    this.model.draining = true;
    this.loop.beginDrain();
    await this.#turns();
    for (let round = 0; round < 20 && !this.loop.drained; round += 1) {
      await this.resolveAll();
      await this.answerAll({ kind: 'stored', duplicate: false });
    }
    // Without a connection acks wait until whoever drains has waited long enough.
    if (!this.loop.drained && this.connected) throw new Error('the drain has no end');
    this.loop.endDrain();
    await this.#turns();
    if (this.loop.inHand > 0) throw new Error('something is in hand after the drain');
    this.model.lose(this.model.expired(this.nowMs));
    if (this.model.holds.size > 0) throw new Error('something was neither settled nor given back');
  }

  /** Everything works again; then nothing may stay behind. */
  async recover(): Promise<void> {
    this.#isSound = true;
    await this.reconnect(0);
    await this.tick(SCAN_MS + 1);
    const lost = this.model.returned.length;
    for (let round = 0; round < 600 && this.loop.inHand > 0; round += 1) {
      await this.resolveAll();
      await this.answerAll({ kind: 'stored', duplicate: false });
      await this.tick(200);
    }
    if (this.loop.inHand > 0) throw new Error(`${this.loop.inHand} messages are forgotten`);
    if (this.model.returned.length > lost) throw new Error('a lease was not renewed');
  }

  #deliver(message: MessageSpec & { readonly sequence: number }): void {
    const { model, loop } = this;
    const reply = `reply ${++this.#replies} of ${message.sequence}`;
    const isStanding = !this.#live();
    const before = loop.inHand;
    const { sequence, subject, deliveries, bytes } = message;
    const delivery = { sequence, subject, deliveries, reply, epoch: 1, timestamp: `${sequence}000` };
    if (isStanding) model.returned.push({ ...message } as Hold);
    else if (model.draining) model.received({ ...message, reply }, this.nowMs);
    loop.receive({ ...delivery, payload: new Uint8Array(bytes) } as unknown as Delivery);
    if (isStanding || model.draining) return;
    if (loop.inHand === before) model.cameAgain(sequence, reply, this.nowMs);
    else {
      this.#retries.set(sequence, message.fate.retries);
      model.lose([model.holds.get(sequence)].filter((hold) => hold !== undefined));
      model.received({ ...message, reply }, this.nowMs);
    }
    this.#checkCredit();
  }

  /** False, and everything in hand is lost, when the last sign of life was too long ago. */
  #live(): boolean {
    const stood = this.nowMs - this.#lastLifeMs > ACK_WAIT_MS;
    this.#lastLifeMs = this.nowMs;
    if (stood) this.model.drop();
    return !stood;
  }

  #checkCredit(): void {
    const sizes = [...this.model.holds.values()].map(({ bytes }) => bytes);
    if (sizes.length > CREDIT.messages) throw new Error('more messages in hand than the credit allows');
    const counted = sizes.filter((size) => size <= LARGEST_COUNTED);
    const bytes = counted.reduce((sum, size) => sum + size, 0);
    if (bytes - Math.max(0, ...counted) > CREDIT.bytes) throw new Error('more bytes in hand than the credit allows');
  }

  #execute(batch: readonly SourceMessage[]): (Outcome | Promise<Outcome>)[] {
    this.model.executed(
      batch.map(({ sequence }) => sequence),
      this.nowMs,
    );
    return batch.map(({ sequence }) => {
      const hold = this.model.holds.get(sequence);
      if (hold === undefined) throw new Error('unknown');
      const left = this.#retries.get(sequence) ?? 0;
      this.#retries.set(sequence, left - 1);
      const tell = (): Outcome => {
        if (this.model.holds.get(sequence) === hold) this.model.outcomeKnown(sequence, left > 0 ? 'retry' : 'done');
        return left > 0 ? RETRY : outcomeOf(hold.fate, sequence);
      };
      if (!hold.fate.later) return tell();
      return new Promise((resolve) => {
        const { subject } = hold;
        this.#outcomes.push({
          subject,
          tell: () => {
            resolve(tell());
          },
        });
      });
    });
  }

  #sink(destination: number): Sink {
    return {
      publish: (batch: readonly Publication[], onVerdict) => {
        for (const [index, { subject }] of batch.entries()) {
          const [sequence = '', key = ''] = subject.split(' ');
          const sink = destination < SINK_NAMES.length ? destination : undefined;
          const hold = this.#guard(() => this.model.published(Number(sequence), key, sink));
          const answer = (verdict: Verdict): void => {
            onVerdict(index, verdict);
          };
          if (hold !== undefined) this.#flights.push({ hold, key, destination, answer });
        }
      },
    };
  }

  #answer({ hold, key, destination, answer }: Flight, verdict: Verdict): void {
    this.model.answered(hold, key, destination < SINK_NAMES.length ? destination : undefined, verdict);
    answer(verdict);
  }

  #verdictOn({ hold, destination }: Flight, verdict: Verdict): Verdict {
    const fails = hold.fate.isStubborn && !this.#isSound && destination < SINK_NAMES.length;
    return fails && verdict.kind === 'stored' ? { kind: 'transient', code: '500' } : verdict;
  }

  /** What is given back without a connection comes back when its lease ends. */
  #settle(items: readonly Settlement[]): boolean {
    const written = items.filter(({ as }) => this.connected || as === 'nak');
    this.#guard(() => {
      for (const item of written) this.model.settled(item, this.nowMs);
    });
    return this.connected;
  }

  #guard<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.#wrong ??= error;
      return undefined;
    }
  }

  /** Lets the loop take its turns, and looks at what they left. */
  async #turns(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (this.#wrong !== undefined) throw this.#wrong as Error;
    this.#reconcile();
    if (this.connected) this.#checkSettled();
  }

  /** What the loop lost must have had no lease any more; when it lost some of those, it is made to look at all of them. */
  #reconcile(): void {
    const { model, loop } = this;
    const expired = model.expired(this.nowMs);
    const live = model.holds.size - expired.length;
    if (loop.inHand < live || loop.inHand > model.holds.size) {
      throw new Error(`${loop.inHand} messages are in hand, not ${live} to ${model.holds.size}`);
    }
    if (loop.inHand === model.holds.size) return;
    if (loop.inHand > live) {
      this.nowMs += SCAN_MS + 1;
      this.#live();
      loop.tick();
    }
    model.lose(model.expired(this.nowMs));
  }

  #checkSettled(): void {
    for (const hold of this.model.holds.values()) {
      const isLeased = this.nowMs - hold.leasedMs <= ACK_WAIT_MS;
      const isBehind = this.#outcomes.some(({ subject }) => subject === hold.subject);
      if (isDone(hold) && isLeased && !isBehind) throw new Error(`${hold.reply} is all confirmed and not acked`);
    }
  }
}
