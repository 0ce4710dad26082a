import type { Delivery } from '@streamjob/nats';
import type { Outcome } from '../pipeline/index.ts';
import { allowance } from './allowance.ts';
import { Dispatch } from './dispatch.ts';
import type { HeldMessage } from './dependencies.ts';
import { Execution } from './execution.ts';
import { Hand } from './hand.ts';
import { awaitOutcome, begin, type InHand } from './in-hand.ts';
import { Intake, type Work } from './intake.ts';
import { CRASHED, judgeGroup, SUSPECT_DELAY_MS } from './judge-group.ts';
import type { LoopDeps } from './loop-deps.ts';
import { leaseDue, leaseExpired, Standstill } from './lease.ts';
import type { Parcel } from './parcel.ts';
import { Settlements } from './settlements.ts';

/** The road of every message: received, executed, published, confirmed, acked. One turn of the event loop at a time. */
export class Loop {
  readonly #deps: LoopDeps;
  readonly #hand = new Hand();
  readonly #intake = new Intake();
  readonly #execution: Execution;
  readonly #dispatch: Dispatch;
  readonly #settlements: Settlements;
  readonly #standstill: Standstill;
  /** Messages of the careful path that the journal holds. */
  #noted = false;
  #fresh = 0;
  #scheduled = false;
  #draining = false;
  #lastLeaseScanMs = 0;
  #lastFinishedMs: number | undefined;
  #lastProgressMs: number;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    const { clock, counts, ackWaitMs, destinations, sinks } = deps;
    this.#lastProgressMs = clock.monotonicMs();
    this.#standstill = new Standstill(ackWaitMs, this.#lastProgressMs);
    this.#execution = new Execution(deps.pipeline, () => {
      this.#moved();
    });
    this.#settlements = new Settlements({
      hand: this.#hand,
      counts,
      ackWaitMs,
      settle: (items) => deps.settle(items),
      onFinished: (message) => {
        this.#finished(message);
      },
    });
    this.#dispatch = new Dispatch({
      destinations,
      sinks,
      counts,
      nowMs: () => clock.monotonicMs(),
      buildDeadLetter: (...args) => deps.buildDeadLetter(...args),
      onConfirmed: (message) => {
        this.#settlements.ack(message);
      },
      onAnswer: () => {
        this.#moved();
      },
    });
  }

  /** Whether redelivered messages wait or are being run. */
  get careful(): boolean {
    return this.#noted || this.#intake.careful;
  }

  get inHand(): number {
    return this.#hand.size;
  }

  /** Monotonic time of the oldest message's receipt. */
  get oldestMs(): number | undefined {
    return this.#hand.oldest()?.receivedMs;
  }

  /** Wall time of the last settled message. */
  get lastFinishedMs(): number | undefined {
    return this.#lastFinishedMs;
  }

  /**
   * Monotonic time since which work waits that nothing outside holds up; undefined when none does. Waiting for answers
   * has an end by itself, so more than a minute or so of this is a fault of the worker.
   */
  get idleSinceMs(): number | undefined {
    return this.#atWork ? this.#lastProgressMs : undefined;
  }

  get #atWork(): boolean {
    return this.#intake.size + this.#execution.waiting + this.#dispatch.inFlight + this.#settlements.waiting > 0;
  }

  /** Takes a delivery. One that comes right after a standstill is dropped: it waited for us as long, unread. */
  receive(delivery: Delivery): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#standstill.observe(nowMs)) {
      this.#stoodStill();
      return;
    }
    if (!this.#atWork) this.#lastProgressMs = nowMs;
    const suspect = delivery.deliveries > 1 && this.#deps.journal.suspects(delivery);
    const message = this.#hand.take(delivery, nowMs, suspect);
    this.#deps.counts.received += 1;
    if (delivery.deliveries > 1) this.#deps.counts.redelivered += 1;
    if (message === undefined) return;
    if (this.#fresh > 0) this.#fresh -= 1;
    if (this.#draining) {
      this.#settlements.giveBack([message]);
      return;
    }
    this.#intake.add(message);
    this.schedule();
  }

  /** Makes sure that a turn follows. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  /** Call it several times a second: leases, retries, and whatever no event of its own brings. */
  tick(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#standstill.observe(nowMs)) this.#stoodStill();
    if ((nowMs - this.#lastLeaseScanMs) * 8 > this.#deps.ackWaitMs) this.#scanLeases(nowMs);
    if (!this.#draining) this.#retry(nowMs);
    this.#deps.journal.save();
    this.#turn();
  }

  /** The broker is back after `downMs`: no lease was renewed in that time, and whatever waited for it is tried at once. */
  wake(downMs: number): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const message of this.#hand) message.leasedMs = Math.min(message.leasedMs, nowMs - downMs);
    this.#scanLeases(nowMs);
    this.#deps.destinations.wake(nowMs);
    this.schedule();
  }

  /** Lets go of everything unsettled: the server hands it to somebody else, or did so already. */
  drop(): void {
    for (const message of this.#hand) this.#lose(message);
    this.#intake.clear();
    this.#deps.destinations.purge();
  }

  /** From now on nothing begins; what hasn't begun goes back at once, and so does what still arrives. */
  beginDrain(): void {
    this.#draining = true;
    this.#dispatch.beginDrain();
    this.#intake.clear();
    this.#settlements.giveBack([...this.#hand].filter((message) => !message.begun));
  }

  /** Whether every outcome and every answer came, so that all that is left is held for a destination. */
  get drained(): boolean {
    return this.#execution.waiting + this.#dispatch.inFlight + this.#settlements.waiting === 0;
  }

  /** Gives back what could not be finished. The journal says that nothing is in hand. */
  endDrain(): void {
    this.#settlements.flush(this.#deps.clock.monotonicMs());
    this.#settlements.giveBack([...this.#hand]);
    this.#deps.journal.end();
  }

  #turn(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#takeOutcomes(nowMs);
    this.#settlements.flush(nowMs);
    if (this.#draining) return;
    const busy = { messages: this.#execution.waiting + this.#dispatch.firstFlights, group: this.#noted };
    if (this.#noted && busy.messages === 0 && !this.#intake.careful) {
      this.#noted = false;
      this.#deps.journal.end();
    }
    const mayBegin = this.#execution.hasRoom && !this.#deps.congested();
    const work = mayBegin ? this.#intake.next(busy) : undefined;
    if (work !== undefined) this.#run(work, nowMs);
    this.#ask();
  }

  #run(work: Work, nowMs: number): void {
    this.#lastProgressMs = nowMs;
    const messages = work.messages.filter((message) => !message.gone && !this.#loseIfExpired(message, nowMs));
    const parcels = work.kind === 'group' ? this.#runGroup(messages) : this.#execute(messages);
    this.#dispatch.send(parcels, nowMs);
    if (this.#intake.size > 0 || this.#settlements.waiting > 0) this.schedule();
  }

  /** Writes the group down before it begins; whoever killed the worker often enough doesn't begin again. */
  #runGroup(messages: readonly InHand[]): Parcel[] {
    const { journal } = this.#deps;
    const { run, deferred, convicted } = judgeGroup(journal, messages);
    this.#noted = true;
    journal.begin(run);
    this.#settlements.giveBack(deferred, SUSPECT_DELAY_MS);
    for (const message of convicted) {
      journal.convicted();
      begin(message, 1);
    }
    return [...this.#execute(run), ...convicted.map((message) => this.#dispatch.deadLetter(message, CRASHED))];
  }

  #execute(messages: readonly InHand[]): Parcel[] {
    const parcels: Parcel[] = [];
    this.#execution.run(messages, (message, outcome) => {
      this.#route(message, outcome, parcels);
    });
    return parcels;
  }

  /** Goes on with the messages whose outcomes had to be waited for. */
  #takeOutcomes(nowMs: number): void {
    const parcels: Parcel[] = [];
    this.#execution.tell((message, outcome, again) => {
      if (!message.gone && !this.#loseIfExpired(message, nowMs)) this.#route(message, outcome, parcels, again);
      else if (again !== undefined) this.#deps.destinations.dependencies.release(again);
    });
    if (parcels.length > 0) this.#dispatch.send(parcels, nowMs);
  }

  /** Tries again what is held, for a sink or for a step. */
  #retry(nowMs: number): void {
    this.#dispatch.retry(nowMs);
    // Beside a group nothing else is executed.
    const due = this.#noted ? [] : this.#deps.destinations.dependencies.due(nowMs);
    if (due.length === 0) return;
    this.#deps.counts.retried += due.length;
    const parcels: Parcel[] = [];
    this.#execution.runAgain(due, (message, outcome, again) => {
      this.#route(message, outcome, parcels, again);
    });
    this.#dispatch.send(parcels, nowMs);
  }

  #route(message: InHand, outcome: Outcome, parcels: Parcel[], again?: HeldMessage): void {
    const { counts, clock, destinations } = this.#deps;
    if (outcome.kind === 'retry') {
      awaitOutcome(message);
      destinations.dependencies.hold(message, outcome, again, clock.monotonicMs());
      return;
    }
    destinations.dependencies.passed(outcome, again, clock);
    const before = parcels.length;
    if (outcome.kind === 'emit') {
      counts.dropped += outcome.dropped ?? 0;
      for (const emission of outcome.emissions) parcels.push(this.#dispatch.parcel(message, emission));
      for (const failure of outcome.failures) parcels.push(this.#dispatch.deadLetter(message, failure));
    } else if (outcome.kind === 'dead') {
      parcels.push(this.#dispatch.deadLetter(message, outcome.failure));
    } else {
      counts[outcome.kind] += 1;
    }
    const confirmed = begin(message, parcels.length - before);
    if (confirmed !== undefined) this.#settlements.ack(confirmed);
  }

  #ask(): void {
    const { destinations, credit } = this.#deps;
    const { most, outage } = destinations.held();
    this.#fresh = outage ? Math.min(credit.messages, this.#fresh + destinations.takeAnsweredProbes()) : 0;
    const inHand = this.#hand.size;
    const ask = allowance(credit, {
      inHand,
      inHandBytes: this.#hand.bytes,
      asked: this.#deps.asked(),
      askedBytes: this.#deps.askedBytes(),
      held: most,
      heldBytes: inHand === 0 ? 0 : (this.#hand.bytes * Math.min(most, inHand)) / inHand,
      outage,
      fresh: this.#fresh,
      careful: this.careful,
    });
    if (ask.messages > 0) this.#deps.request(ask.messages, ask.bytes);
  }

  /** An outcome or an answer came: there may be more to do. */
  #moved(): void {
    this.#lastProgressMs = this.#deps.clock.monotonicMs();
    this.schedule();
  }

  #finished(message: InHand): void {
    const { counts, clock, journal } = this.#deps;
    counts.finished += 1;
    this.#fresh += 1;
    this.#lastFinishedMs = clock.wallMs();
    this.#lastProgressMs = clock.monotonicMs();
    journal.finished(message);
  }

  #scanLeases(nowMs: number): void {
    this.#lastLeaseScanMs = nowMs;
    const { ackWaitMs } = this.#deps;
    const due: InHand[] = [];
    let lost = false;
    for (const message of this.#hand) {
      if (this.#loseIfExpired(message, nowMs)) lost = true;
      else if (leaseDue(message, ackWaitMs, nowMs)) due.push(message);
    }
    if (lost) this.#deps.destinations.purge();
    this.#settlements.renew(due, nowMs);
  }

  #loseIfExpired(message: InHand, nowMs: number): boolean {
    if (!leaseExpired(message, this.#deps.ackWaitMs, nowMs)) return false;
    this.#lose(message);
    return true;
  }

  #lose(message: InHand): void {
    this.#hand.release(message);
    if (message.begun) this.#deps.counts.lostConfirmations += 1;
  }

  #stoodStill(): void {
    this.drop();
    this.#deps.onStandstill();
  }
}
