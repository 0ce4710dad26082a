import type { Clock } from '../clock.ts';
import type { Outcome } from '../pipeline/types.ts';
import { Destination } from './destination.ts';
import { createHeld, type Held } from './held.ts';
import type { InHand } from './in-hand.ts';

/** A message that is held because the step `at` can't get what it depends on. */
export type HeldMessage = Held & { readonly at: string };

type Retry = Extract<Outcome, { kind: 'retry' }>;

/** What steps depend on, each by its step's name and judged like a sink: an outage holds messages, is probed and ends by itself. */
export class Dependencies {
  readonly #steps = new Map<string, Destination<HeldMessage>>();

  /** Those that ever failed. */
  get all(): readonly Destination<HeldMessage>[] {
    return [...this.#steps.values()];
  }

  /** Holds a message whose step could not be done; `again` when it was held before. */
  hold(owner: InHand, outcome: Retry, again: HeldMessage | undefined, nowMs: number): void {
    const { at, reason, code } = outcome;
    if (again !== undefined && again.at !== at) this.#step(again.at).stored(again, nowMs);
    const held = again?.at === at ? again : { ...createHeld(owner), at };
    const retryAfter = outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs };
    this.#step(at).failed(held, { kind: 'destination', reason, code, ...retryAfter }, nowMs);
  }

  /** A message came to an outcome. That of one that was never held tells only what it went through: every step. */
  passed(outcome: Exclude<Outcome, Retry>, again: HeldMessage | undefined, clock: Clock): void {
    if (again !== undefined) this.#step(again.at).stored(again, clock.monotonicMs());
    else if (this.#steps.size > 0 && (outcome.kind === 'emit' || outcome.kind === 'unrouted')) {
      for (const step of this.#steps.values()) step.passed(clock.monotonicMs());
    }
  }

  /** A message that is being tried again is no longer ours. */
  release(again: HeldMessage): void {
    this.#step(again.at).release(again);
  }

  /** The messages to execute again now. */
  due(nowMs: number): HeldMessage[] {
    const due = this.all.flatMap((step) => (step.held === 0 ? [] : step.due(nowMs)));
    for (const again of due) if (again.owner.gone) this.release(again);
    return due.filter(({ owner }) => !owner.gone);
  }

  #step(name: string): Destination<HeldMessage> {
    const known = this.#steps.get(name);
    if (known !== undefined) return known;
    const step = new Destination<HeldMessage>({
      name,
      retry: { maxAttempts: Infinity, initialMs: 1_000, maxMs: 30_000 },
    });
    this.#steps.set(name, step);
    return step;
  }
}
