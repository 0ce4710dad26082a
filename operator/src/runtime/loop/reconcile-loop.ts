import { type Logger } from '@streamjob/telemetry';
import { type Clock } from '../clock/clock.ts';
import { type Controller, TerminalReconcileError } from '../controller.ts';
import { createRateLimiter, type RateLimiter } from '../queue/rate-limit.ts';
import { createWorkQueue, type WorkQueue } from '../queue/work-queue.ts';

export type LoopOptions = {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether an error can't be helped by trying again; a TerminalReconcileError never can. */
  readonly isTerminal?: (error: unknown) => boolean;
  readonly limiter?: RateLimiter;
};

/** A controller with its queue. */
export interface ReconcileLoop {
  readonly name: string;
  enqueue(key: string): void;
  /**
   * Reconciles until `drain` aborts: nothing new is begun then. `cut` is passed to reconciles and ends them early.
   * Resolves when nothing is in progress any more; never rejects.
   */
  run(drain: AbortSignal, cut: AbortSignal): Promise<void>;
  /** Keys whose reconcile has taken longer than any deadline inside it could explain. */
  stuck(): readonly string[];
  readonly counts: Readonly<Counts>;
}

export type Counts = { reconciled: number; retried: number; terminal: number };

/** Far beyond the sum of deadlines of one reconcile. */
const STUCK_AFTER_MS = 300_000;

export function createReconcileLoop(controller: Controller, options: LoopOptions): ReconcileLoop {
  const { clock } = options;
  const queue = createWorkQueue(clock);
  const limiter = options.limiter ?? createRateLimiter({ clock });
  const counts: Counts = { reconciled: 0, retried: 0, terminal: 0 };
  const worker = createWorker(controller, queue, limiter, counts, options);
  return {
    name: controller.name,
    counts,
    enqueue: (key) => {
      queue.add(key);
    },
    async run(drain, cut) {
      const stop = (): void => {
        queue.shutDown();
      };
      if (drain.aborted) stop();
      drain.addEventListener('abort', stop, { once: true });
      await Promise.all(Array.from({ length: controller.concurrency }, () => worker(cut)));
    },
    stuck: () =>
      [...queue.inProgress].filter(([, sinceMs]) => clock.monotonic() - sinceMs > STUCK_AFTER_MS).map(([key]) => key),
  };
}

function createWorker(
  { name, reconcile }: Controller,
  queue: WorkQueue,
  limiter: RateLimiter,
  counts: Counts,
  { log: parent, isTerminal = () => false }: LoopOptions,
): (signal: AbortSignal) => Promise<void> {
  const log = parent.child({ controller: name });

  function fail(key: string, error: unknown): void {
    if (error instanceof TerminalReconcileError || isTerminal(error)) {
      counts.terminal += 1;
      limiter.forget(key);
      log.error({ key, error }, 'reconcile failed for good, waiting for a change');
      return;
    }
    counts.retried += 1;
    const delayMs = Math.max(limiter.delayMs(key), retryAfterMsOf(error));
    log.warn(
      { key, error, failures: limiter.failures(key), delayMs: Math.round(delayMs) },
      'reconcile failed, trying again',
    );
    queue.addAfter(key, delayMs);
  }

  async function one(key: string, signal: AbortSignal): Promise<void> {
    try {
      const { requeueAfterMs } = await reconcile(key, signal);
      counts.reconciled += 1;
      limiter.forget(key);
      if (requeueAfterMs !== undefined) queue.addAfter(key, requeueAfterMs);
    } catch (error) {
      if (signal.aborted) log.debug({ key, error }, 'reconcile was cut short by the stop');
      else fail(key, error);
    } finally {
      queue.done(key);
    }
  }

  return async (signal) => {
    for (let key = await queue.get(); key !== undefined; key = await queue.get()) await one(key, signal);
  };
}

function retryAfterMsOf(error: unknown): number {
  const value = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof value === 'number' ? value : 0;
}
