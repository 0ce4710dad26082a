import { type Logger } from '@streamjob/telemetry';
import { sleep, type Clock } from '../clock/clock.ts';
import { type Elector } from '../leadership/elector.ts';
import { endsWithin } from '../signal/ends-within.ts';
import { untilAborted } from '../signal/signal.ts';
import { type ReconcileLoop } from '../loop/reconcile-loop.ts';

/** Something that works until its signal aborts and then ends by itself; never rejects. */
export type Runnable = { readonly run: (signal: AbortSignal) => Promise<void> };

export type Synced = Runnable & { readonly hasSynced: boolean };

export type ManagerOptions = {
  readonly caches: Synced;
  /** Absent: this process always leads. */
  readonly elector?: Elector;
  readonly loops: readonly ReconcileLoop[];
  /** Run while leading, and end after the last reconcile: samplers, the event recorder. */
  readonly companions: readonly Runnable[];
  readonly clock: Clock;
  readonly log: Logger;
  /** How long reconciles in progress may take to end before they are cut short. */
  readonly stopTimeoutMs?: number;
};

export type Ending = 'stopped' | 'lost-leadership';

/**
 * Starts everything in order (caches, leadership, controllers), runs until `signal` aborts or leadership is lost, and
 * stops in the reverse order: the lease is released when nothing of ours writes any more. Health is served before all of
 * it, so that a start that takes long isn't taken for a process that hangs.
 */
export async function runManager(options: ManagerOptions, signal: AbortSignal): Promise<Ending> {
  const { caches, elector, clock, log } = options;
  const ended = new AbortController();
  const cachesEnded = caches.run(ended.signal);
  try {
    await untilSynced(caches, clock, signal);
    if (signal.aborted) return 'stopped';
    log.info({}, 'caches are filled');
    const lost = elector === undefined ? new AbortController().signal : await elector.acquire(signal);
    if (lost === undefined) return 'stopped';
    await lead(options, signal, lost);
    await elector?.release();
    return lost.aborted ? 'lost-leadership' : 'stopped';
  } finally {
    ended.abort();
    await cachesEnded;
  }
}

const SYNC_POLL_MS = 50;

async function untilSynced(caches: Synced, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!caches.hasSynced && !signal.aborted) await sleep(clock, SYNC_POLL_MS, signal);
}

async function lead(options: ManagerOptions, signal: AbortSignal, lost: AbortSignal): Promise<void> {
  const { loops, companions, clock, log, stopTimeoutMs = 20_000 } = options;
  const drain = AbortSignal.any([signal, lost]);
  const cut = new AbortController();
  const quiet = new AbortController();
  lost.addEventListener('abort', () => {
    cut.abort();
  });
  const companionsEnded = Promise.all(companions.map((companion) => companion.run(quiet.signal)));
  const loopsEnded = Promise.all(loops.map((loop) => loop.run(drain, cut.signal)));
  log.info({ controllers: loops.map(({ name }) => name) }, 'controllers are running');
  await untilAborted(drain);
  log.info({ lost: lost.aborted }, 'stopping');
  if (!(await endsWithin(loopsEnded, stopTimeoutMs, clock))) {
    log.warn({}, 'cutting short what is in progress');
    cut.abort();
    await endsWithin(loopsEnded, CUT_GRACE_MS, clock);
  }
  quiet.abort();
  await endsWithin(companionsEnded, CUT_GRACE_MS, clock);
}

/** After the cut every call ends at once, so this is only for what ignores its signal. */
const CUT_GRACE_MS = 5_000;
