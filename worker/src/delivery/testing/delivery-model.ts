import type { Settlement } from '@streamjob/nats';
import type { Verdict } from '../classify.ts';
import { deadKey, destinationOf, resultsOf, SINK_NAMES, type Fate } from './fate.ts';

/** What is to become of one result or dead letter of a message. */
type Result = {
  /** `due`: to be sent, or held; `flying`: sent and not answered. */
  state: 'due' | 'flying' | 'stored';
  /** It was never held. */
  isFirst: boolean;
  attempts: number;
};

/** A message that the loop received and has not settled or lost. */
export type Hold = {
  readonly sequence: number;
  readonly subject: string;
  readonly bytes: number;
  readonly deliveries: number;
  readonly order: number;
  readonly fate: Fate;
  reply: string;
  leasedMs: number;
  executed: boolean;
  retried: boolean;
  /** Undefined until the outcome is known. */
  results: Map<string, Result> | undefined;
};

/**
 * The delivery guarantees as plainly as they can be written: lists and maps, no classes of the loop's. It is told all that
 * happens at the loop's edges and throws when something happens that must not.
 */
export class DeliveryModel {
  readonly ackWaitMs: number;
  readonly maxAttempts: number;
  readonly holds = new Map<number, Hold>();
  readonly acked = new Set<string>();
  /** Messages that the server has again: given back, or lost with their lease. */
  readonly returned: Hold[] = [];
  draining = false;
  deadLettered = 0;
  #orders = 0;
  /** By sink: how its last publications went; by destination: whether it ever refused one for the time being. */
  readonly #lately = SINK_NAMES.map((): boolean[] => []);
  readonly #disturbed = [...SINK_NAMES.map(() => false), false];
  readonly #lastOrder = new Map<string, number>();

  constructor(ackWaitMs: number, maxAttempts: number) {
    this.ackWaitMs = ackWaitMs;
    this.maxAttempts = maxAttempts;
  }

  received(
    message: Pick<Hold, 'sequence' | 'subject' | 'bytes' | 'deliveries' | 'fate' | 'reply'>,
    nowMs: number,
  ): void {
    const order = this.#orders++;
    const state = { order, leasedMs: nowMs, executed: false, retried: false, results: undefined };
    this.holds.set(message.sequence, { ...message, ...state });
  }

  /** The message came again while it was in hand. */
  cameAgain(sequence: number, reply: string, nowMs: number): void {
    Object.assign(this.#hold(sequence, 'came again'), { reply, leasedMs: nowMs });
  }

  executed(sequences: readonly number[], nowMs: number): void {
    const batch = sequences.map((sequence) => this.#hold(sequence, 'executed'));
    const others = [...this.holds.values()].filter((hold) => this.#isBusy(hold) && !batch.includes(hold));
    for (const { sequence, leasedMs } of batch) {
      if (nowMs - leasedMs > this.ackWaitMs) throw new Error(`${sequence} runs without a lease`);
    }
    const careful = batch.filter(({ deliveries }) => deliveries > 1);
    const isAgain = batch.every(({ executed }) => executed);
    if (!isAgain) this.#checkGroup(batch, careful, others);
    for (const hold of batch) hold.executed = true;
  }

  /** Redelivered messages run with each other only, and only so many. */
  #checkGroup(batch: readonly Hold[], careful: readonly Hold[], others: readonly Hold[]): void {
    if (careful.length === 0) {
      if (others.some(({ deliveries }) => deliveries > 1)) throw new Error('something runs beside a group');
      return;
    }
    if (careful.length < batch.length || others.length > 0) throw new Error('a group runs beside something');
    const most = Math.min(...careful.map(({ deliveries }) => [0, 0, 64, 16, 4][deliveries] ?? 1));
    if (careful.length > most) throw new Error('the group is too large');
  }

  outcomeKnown(sequence: number, outcome: 'retry' | 'done'): void {
    const hold = this.holds.get(sequence);
    if (hold === undefined) return;
    if (outcome === 'retry') hold.retried = true;
    else hold.results = new Map(resultsOf(hold.fate).map((key) => [key, newResult()]));
  }

  /** Returns the hold, which its answer is for. */
  published(sequence: number, key: string, sink: number | undefined): Hold {
    const hold = this.#hold(sequence, `published to ${key}`);
    const result = hold.results?.get(key);
    if (result === undefined) throw new Error(`${sequence} has no result for ${key}`);
    if (result.state !== 'due') throw new Error(`${sequence} is published to ${key} twice`);
    if (sink !== undefined) this.#checkOrder(hold, result, sink);
    result.state = 'flying';
    return hold;
  }

  #checkOrder(hold: Hold, result: Result, sink: number): void {
    if (!result.isFirst || hold.retried || hold.deliveries > 1 || this.#disturbed[sink] === true) return;
    const place = `${sink} ${hold.subject}`;
    if (hold.order < (this.#lastOrder.get(place) ?? -1)) throw new Error(`${hold.sequence} was overtaken`);
    this.#lastOrder.set(place, hold.order);
  }

  answered(hold: Hold, key: string, sink: number | undefined, verdict: Verdict): void {
    const result = hold.results?.get(key);
    if (this.holds.get(hold.sequence) !== hold || result === undefined) return;
    if (verdict.kind !== 'own') result.isFirst = false;
    if (verdict.kind === 'stored') {
      result.state = 'stored';
      if (sink === undefined) this.deadLettered += 1;
      else this.#lately[sink]?.push(true);
    } else if (sink !== undefined) this.#failed(hold, result, sink, verdict);
    else {
      result.state = 'due';
      this.#disturbed[SINK_NAMES.length] = true;
    }
  }

  #failed(hold: Hold, result: Result, sink: number, verdict: Exclude<Verdict, { kind: 'stored' }>): void {
    const lately = (this.#lately[sink] ?? []).slice(-128);
    const mostPass = lately.length >= 10 && lately.filter((passed) => passed).length >= 0.9 * lately.length;
    result.state = 'due';
    if (verdict.kind !== 'own') {
      this.#lately[sink]?.push(false);
      this.#disturbed[sink] = true;
    }
    if (verdict.kind === 'transient' && mostPass) result.attempts += 1;
    if (verdict.kind !== 'own' && result.attempts < this.maxAttempts) return;
    hold.results?.delete(String(sink));
    hold.results?.set(deadKey(SINK_NAMES[sink] ?? ''), { ...newResult(), isFirst: result.isFirst });
  }

  settled({ reply, as }: Settlement, nowMs: number): void {
    const hold = [...this.holds.values()].find((known) => known.reply === reply);
    if (hold === undefined) throw new Error(`${as} of ${reply}, which is not in hand`);
    if (as === 'working') {
      hold.leasedMs = nowMs;
      return;
    }
    if (as === 'nak') {
      if (!this.draining) throw new Error(`${reply} is given back`);
      this.returned.push(hold);
    } else this.#checkAck(hold, nowMs);
    this.holds.delete(hold.sequence);
  }

  #checkAck(hold: Hold, nowMs: number): void {
    if (!isDone(hold)) throw new Error(`${hold.reply} is acked before all of it is confirmed`);
    if (nowMs - hold.leasedMs > this.ackWaitMs) throw new Error(`${hold.reply} is acked without a lease`);
    if (this.acked.has(hold.reply)) throw new Error(`${hold.reply} is acked twice`);
    this.acked.add(hold.reply);
  }

  /** Nothing told the server that we hold anything since then. */
  forget(sinceMs: number): void {
    for (const hold of this.holds.values()) hold.leasedMs = Math.min(hold.leasedMs, sinceMs);
  }

  drop(): void {
    this.returned.push(...this.holds.values());
    this.holds.clear();
  }

  /** Messages whose lease ran out, at least so long ago. */
  expired(nowMs: number, sinceMs = 0): Hold[] {
    return [...this.holds.values()].filter(({ leasedMs }) => nowMs - leasedMs > this.ackWaitMs + sinceMs);
  }

  lose(holds: readonly Hold[]): void {
    for (const hold of holds) this.holds.delete(hold.sequence);
    this.returned.push(...holds);
  }

  #hold(sequence: number, what: string): Hold {
    const hold = this.holds.get(sequence);
    if (hold === undefined) throw new Error(`${sequence} is ${what} and not in hand`);
    return hold;
  }

  /** It was begun, and was not held for a step or a destination: what was held is not alone any more. */
  #isBusy({ executed, retried, results }: Hold): boolean {
    if (retried) return false;
    if (results === undefined) return executed;
    return [...results].some(([key, { state, isFirst }]) => {
      return state === 'flying' && isFirst && this.#disturbed[destinationOf(key)] !== true;
    });
  }
}

function newResult(): Result {
  return { state: 'due', isFirst: true, attempts: 0 };
}

/** Every result and dead letter of it is stored. */
export function isDone({ results }: Hold): boolean {
  return results !== undefined && [...results.values()].every(({ state }) => state === 'stored');
}
