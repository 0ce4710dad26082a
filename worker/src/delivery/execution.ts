import type { Outcome, Pipeline } from '../pipeline/index.ts';
import type { HeldMessage } from './dependencies.ts';
import { awaitOutcome, type InHand } from './in-hand.ts';

/** Called with a message and its outcome; `again` when it had been held for a step. */
export type OnOutcome = (message: InHand, outcome: Outcome, again?: HeldMessage) => void;

/** A message whose outcome isn't known, or may not be told before that of an earlier one. */
type Waiter = { readonly message: InHand; readonly again?: HeldMessage; outcome?: Outcome };

/** Messages whose outcomes are waited for at most, give or take a batch. */
const MOST_WAITING = 1_000;

/**
 * Runs messages through the pipeline and tells their outcomes: at once, unless a step needs time. Then only that message
 * waits, and those of its subject that came after it, so that they don't overtake it.
 */
export class Execution {
  readonly #pipeline: Pick<Pipeline, 'execute'>;
  readonly #onKnown: () => void;
  /** By subject, in the order of receipt; the first of each isn't known. */
  readonly #queues = new Map<string, Waiter[]>();
  #known: Waiter[] = [];
  #waiting = 0;

  /** `onKnown`: there is something to take. */
  constructor(pipeline: Pick<Pipeline, 'execute'>, onKnown: () => void) {
    this.#pipeline = pipeline;
    this.#onKnown = onKnown;
  }

  /** Messages that were executed and whose outcome was not told. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether more messages may be executed. */
  get hasRoom(): boolean {
    return this.#waiting < MOST_WAITING;
  }

  /** Executes messages for the first time; there may be none. */
  run(messages: readonly InHand[], onOutcome: OnOutcome): void {
    if (messages.length === 0) return;
    const outcomes = this.#pipeline.execute(messages);
    for (const [index, message] of messages.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if (outcome instanceof Promise || this.#isBehindOthers(message)) this.#enqueue(message, outcome);
      else onOutcome(message, outcome);
    }
  }

  /** Executes messages that were held: others of their subject went on long ago. */
  runAgain(held: readonly HeldMessage[], onOutcome: OnOutcome): void {
    const outcomes = this.#pipeline.execute(held.map(({ owner }) => owner));
    for (const [index, again] of held.entries()) {
      const outcome = outcomes[index];
      if (outcome instanceof Promise) this.#waitAlone({ message: again.owner, again }, outcome);
      else if (outcome !== undefined) onOutcome(again.owner, outcome, again);
    }
  }

  /** Tells the outcomes that have become known, those of one subject in order. */
  tell(onOutcome: OnOutcome): void {
    if (this.#known.length === 0) return;
    const known = this.#known;
    this.#known = [];
    this.#waiting -= known.length;
    for (const { message, outcome, again } of known) if (outcome !== undefined) onOutcome(message, outcome, again);
  }

  #isBehindOthers({ subject }: InHand): boolean {
    return this.#queues.size > 0 && this.#queues.has(subject);
  }

  #enqueue(message: InHand, outcome: Outcome | Promise<Outcome>): void {
    const { subject } = message;
    const waiter: Waiter = { message };
    const queue = this.#queues.get(subject);
    if (queue === undefined) this.#queues.set(subject, [waiter]);
    else queue.push(waiter);
    this.#begin(message);
    if (!(outcome instanceof Promise)) waiter.outcome = outcome;
    else
      void outcome.then((known) => {
        waiter.outcome = known;
        this.#release(subject);
      });
  }

  #waitAlone(waiter: Waiter, outcome: Promise<Outcome>): void {
    this.#begin(waiter.message);
    void outcome.then((known) => {
      waiter.outcome = known;
      this.#known.push(waiter);
      this.#onKnown();
    });
  }

  #begin(message: InHand): void {
    this.#waiting += 1;
    awaitOutcome(message);
  }

  /** Lets go of those at the head of a subject's queue whose outcomes are known. */
  #release(subject: string): void {
    const queue = this.#queues.get(subject) ?? [];
    const stuck = queue.findIndex(({ outcome }) => outcome === undefined);
    const free = stuck === -1 ? queue.length : stuck;
    if (free === 0) return;
    this.#known.push(...queue.splice(0, free));
    if (queue.length === 0) this.#queues.delete(subject);
    this.#onKnown();
  }
}
