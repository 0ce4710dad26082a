import { type Logger } from '@streamjob/telemetry';
import { sleep, toTimestamp, type Clock } from '../clock/clock.ts';
import { isAborted } from '../signal/signal.ts';
import { type LeaseRecord, type LeaseStore, type StoredLease } from './lease-store.ts';

export type ElectorOptions = {
  readonly store: LeaseStore;
  /** Never the same for two processes. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseDurationMs?: number;
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
  readonly random?: () => number;
};

/** Thrown by the guard: this process may not write, or not for as long as the write may take. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}

/** Campaigns for a Lease as client-go does, so that both could share one. */
export interface Elector {
  /**
   * Resolves once the lease is ours, with a signal that aborts when leadership is lost: always before another process
   * could take over. Resolves undefined when `signal` aborts first. The lease is renewed until `release`.
   */
  acquire(signal: AbortSignal): Promise<AbortSignal | undefined>;
  /** Throws a NotLeadingError unless leadership lasts longer than `deadlineMs` from now. */
  guard(deadlineMs: number): void;
  /** Stops renewing and hands the lease over, so that the next leader needn't wait for it to end. */
  release(): Promise<void>;
  readonly isLeading: boolean;
}

export function createElector(options: ElectorOptions): Elector {
  return new LeaseElector(options);
}

/** An attempt must end well before the renew deadline, so that a hung one leaves time for another. */
const ATTEMPT_DEADLINE_MS = 4_000;

/** An instant by both clocks: one stops while a machine sleeps, the other jumps. */
type Instant = { readonly monotonicMs: number; readonly wallMs: number };

class LeaseElector implements Elector {
  readonly #options: Required<Omit<ElectorOptions, 'log'>>;
  readonly #log: Logger;
  readonly #released = new AbortController();
  readonly #lost = new AbortController();
  /** The record as last read or written, and when we first saw it in this form by our own clock. */
  #observed: { lease: StoredLease; at: Instant } | undefined;
  /** Start of the last request that made or kept us leader. */
  #renewedAt: Instant | undefined;
  #renewing: Promise<void> = Promise.resolve();

  constructor({ log, ...options }: ElectorOptions) {
    this.#options = {
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      random: Math.random,
      ...options,
    };
    this.#log = log.child({ identity: options.identity });
  }

  get isLeading(): boolean {
    return this.#renewedAt !== undefined && !this.#lost.signal.aborted && this.#remainingMs() > 0;
  }

  async acquire(signal: AbortSignal): Promise<AbortSignal | undefined> {
    while (!signal.aborted) {
      if ((await this.#try(signal)) === 'leading') {
        this.#log.info({}, 'became the leader');
        this.#renewing = this.#renewForever();
        return this.#lost.signal;
      }
      await this.#pause(signal);
    }
    return undefined;
  }

  guard(deadlineMs: number): void {
    if (!this.isLeading || this.#remainingMs() <= deadlineMs)
      throw new NotLeadingError('not the leader for long enough to write');
  }

  async release(): Promise<void> {
    this.#released.abort();
    await this.#renewing;
    const lease = this.#observed?.lease;
    if (!this.isLeading || lease?.holder !== this.#options.identity) return;
    this.#renewedAt = undefined;
    try {
      const record = { ...lease, holder: '', durationSeconds: 1, renewTime: this.#timestamp() };
      await this.#withDeadline(this.#lost.signal, (until) => this.#options.store.update(lease.version, record, until));
      this.#log.info({}, 'released the lease');
    } catch (error) {
      this.#log.warn({ error }, 'the lease was not released, it will end by itself');
    }
  }

  async #renewForever(): Promise<void> {
    const stop = this.#released.signal;
    const cancelFence = this.#fence();
    while (!stop.aborted && !this.#lost.signal.aborted) {
      await this.#pause(AbortSignal.any([stop, this.#lost.signal]));
      if (isAborted(stop) || isAborted(this.#lost.signal)) break;
      if ((await this.#try(this.#lost.signal)) === 'following') this.#lose('another process holds the lease');
    }
    cancelFence();
  }

  /** Gives up by its own timer, because a hung request must not keep us from it. */
  #fence(): () => void {
    const { clock, renewDeadlineMs } = this.#options;
    let cancel: () => void;
    const check = (): void => {
      const leftMs = renewDeadlineMs - this.#elapsedMs();
      if (leftMs <= 0) this.#lose('the lease was not renewed in time');
      else cancel = clock.after(leftMs, check);
    };
    cancel = clock.after(renewDeadlineMs, check);
    return () => {
      cancel();
    };
  }

  #lose(why: string): void {
    if (this.#lost.signal.aborted) return;
    this.#log.error({ why }, 'lost leadership');
    this.#lost.abort();
  }

  /** One round: `unsure` when the API server didn't answer or someone was faster. */
  async #try(signal: AbortSignal): Promise<'leading' | 'following' | 'unsure'> {
    const startedAt = this.#instant();
    try {
      return await this.#withDeadline(signal, (until) => this.#campaign(startedAt, until));
    } catch (error) {
      if (!signal.aborted) this.#log.warn({ error }, 'the lease could not be read or written');
      return 'unsure';
    }
  }

  async #campaign(startedAt: Instant, signal: AbortSignal): Promise<'leading' | 'following' | 'unsure'> {
    const { store, identity } = this.#options;
    const isOurs = this.isLeading && this.#observed?.lease.holder === identity;
    const lease = isOurs ? this.#observed?.lease : await store.read(signal);
    if (lease !== undefined) this.#observe(lease);
    if (lease !== undefined && this.#isHeldByAnother(lease)) return 'following';
    const record = this.#nextRecord(lease);
    const written = await (lease === undefined
      ? store.create(record, signal)
      : store.update(lease.version, record, signal));
    if (written === undefined) {
      // It may be our own earlier try that came through after its deadline: read it afresh.
      this.#observed = undefined;
      return 'unsure';
    }
    this.#observe(written);
    this.#renewedAt = startedAt;
    return 'leading';
  }

  #observe(lease: StoredLease): void {
    if (this.#observed?.lease.version !== lease.version) this.#observed = { lease, at: this.#instant() };
  }

  /** Others' clocks may be wrong, so a lease ends a whole duration after we saw its last change. */
  #isHeldByAnother({ holder, durationSeconds }: LeaseRecord): boolean {
    if (holder === '' || holder === this.#options.identity) return false;
    const seenAt = this.#observed?.at;
    return seenAt === undefined || this.#options.clock.monotonic() - seenAt.monotonicMs < durationSeconds * 1_000;
  }

  #nextRecord(lease: LeaseRecord | undefined): LeaseRecord {
    const { identity, leaseDurationMs } = this.#options;
    const now = this.#timestamp();
    const isOurs = lease?.holder === identity;
    return {
      holder: identity,
      durationSeconds: Math.ceil(leaseDurationMs / 1_000),
      acquireTime: isOurs ? lease.acquireTime : now,
      renewTime: now,
      transitions: (lease?.transitions ?? -1) + (isOurs ? 0 : 1),
    };
  }

  async #withDeadline<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController();
    const cancel = this.#options.clock.after(ATTEMPT_DEADLINE_MS, () => {
      deadline.abort();
    });
    try {
      return await work(AbortSignal.any([signal, deadline.signal]));
    } finally {
      cancel();
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    const { clock, retryPeriodMs, random } = this.#options;
    return sleep(clock, retryPeriodMs * (1 + random() / 5), signal);
  }

  #instant(): Instant {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonic(), wallMs: clock.now() };
  }

  #elapsedMs(): number {
    if (this.#renewedAt === undefined) return Infinity;
    const { monotonicMs, wallMs } = this.#instant();
    return Math.max(monotonicMs - this.#renewedAt.monotonicMs, wallMs - this.#renewedAt.wallMs);
  }

  #remainingMs(): number {
    return this.#options.leaseDurationMs - this.#elapsedMs();
  }

  /** MicroTime, as the Lease wants it. */
  #timestamp(): string {
    return toTimestamp(this.#options.clock.now()).replace('Z', '000Z');
  }
}
