import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionEvent, Nats } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import { assemble, type Station } from './assemble.ts';
import type { Clock } from './clock.ts';
import { connectForEver, logConnection } from './connection.ts';
import { drain } from './drain.ts';
import { createCounts } from './health/counts.ts';
import { OutageLog } from './health/outage-log.ts';
import { stuck } from './health/liveness.ts';
import { serveProbes, type Probes } from './health/probes.ts';
import { isPulling, progressOf, type Observed } from './health/progress.ts';
import { loadJob, type Job } from './job.ts';
import { Journal, JournalFile, takeSlot, type Slot } from './journal/index.ts';
import { closePipeline, startPipeline } from './open-pipeline.ts';
import type { WorkerOptions } from './options.ts';
import { prepareSource } from './sources/prepare.ts';
import { RegressionWatch } from './sources/regression.ts';
import type { SourceState } from './sources/state.ts';
import { readSuspects } from './suspects.ts';

export type WorkerContext = {
  /** Aborted: drain and stop. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
};

const TICK_MS = 100;

/** Runs one job until the signal says stop. Throws UsageError, or the error that ended the connection for good. */
export async function runWorker(options: WorkerOptions, context: WorkerContext): Promise<void> {
  const job = loadJob(options);
  const { slot, journal } = openState(join(options.stateDir, job.consumer), job.revision);
  const worker = new Worker(options, job, journal, context);
  const probes = options.port === undefined ? undefined : await serveProbes(options.port, worker.probes());
  try {
    if (probes !== undefined) context.log.info({ port: probes.port }, 'serving probes and progress');
    await worker.run();
  } finally {
    await probes?.close();
    slot.release();
  }
}

function openState(dir: string, revision: string): { slot: Slot; journal: Journal } {
  try {
    const slot = takeSlot(dir);
    return { slot, journal: new Journal(new JournalFile(slot.dir), revision) };
  } catch (error) {
    throw new Error(`can't keep state in ${dir}: give a directory that can be written with --state-dir`, {
      cause: error,
    });
  }
}

class Worker {
  readonly #options: WorkerOptions;
  readonly #job: Job;
  readonly #journal: Journal;
  readonly #context: WorkerContext;
  readonly #counts = createCounts();
  readonly #outages: OutageLog;
  readonly #watch: RegressionWatch;
  readonly #startedMs: number;
  #nats: Nats | undefined;
  #station: Station | undefined;
  #state: SourceState;
  #account: string | undefined;

  constructor(options: WorkerOptions, job: Job, journal: Journal, context: WorkerContext) {
    this.#options = options;
    this.#job = job;
    this.#journal = journal;
    this.#context = context;
    this.#outages = new OutageLog(context.log);
    this.#watch = new RegressionWatch(journal.source, options.acceptSourceCreated);
    this.#startedMs = context.clock.wallMs();
    this.#state = { kind: 'waiting', reason: 'Starting', code: '', sinceMs: context.clock.monotonicMs() };
  }

  async run(): Promise<void> {
    const { signal, log } = this.#context;
    try {
      const nats = await this.#connect();
      const closed = nats.closed.then((error) => {
        throw error ?? new Error('the connection to NATS was closed for good');
      });
      await Promise.race([this.#serve(nats), closed]);
    } catch (error) {
      if (!signal.aborted) throw error;
      log.info({}, 'stopped before any message was taken');
    } finally {
      await this.#nats?.close();
    }
  }

  probes(): Probes {
    return {
      dead: () => (this.#nats?.connected === true ? stuck(this.#station?.loop.idleSinceMs, this.#nowMs()) : undefined),
      unready: () => {
        const observed = this.#observe();
        if (isPulling(observed)) return undefined;
        return observed.source.kind === 'pulling' ? 'not connected, or stopping' : observed.source.reason;
      },
      progress: () => progressOf(this.#observe()),
    };
  }

  async #connect(): Promise<Nats> {
    const { log, clock } = this.#context;
    const nats = await connectForEver(this.#options, this.#job, {
      ...this.#context,
      on: (event) => {
        this.#connectionChanged(event);
      },
      onTrouble: ({ reason, code }) => {
        this.#state = { kind: 'waiting', reason, code, sinceMs: clock.monotonicMs() };
      },
    });
    this.#nats = nats;
    log.info({ server: nats.server.name, version: nats.server.version }, 'connected');
    if (!nats.direct)
      log.warn({}, 'the NATS client is another than this worker was built for: it runs at half its speed');
    void this.#learnAccount(nats);
    return nats;
  }

  async #learnAccount(nats: Nats): Promise<void> {
    try {
      this.#account = await nats.account();
    } catch (error) {
      this.#context.log.debug({ error }, 'the server does not tell the account');
    }
  }

  /** When the source stream was created; waits until stream and consumer are there. */
  async #prepare(nats: Nats): Promise<string> {
    return prepareSource(nats, this.#job, this.#options, {
      ...this.#context,
      watch: this.#watch,
      onState: (state) => {
        this.#state = state;
      },
    });
  }

  async #serve(nats: Nats): Promise<void> {
    const { clock, log, signal } = this.#context;
    const streamCreated = await this.#prepare(nats);
    const station = assemble({
      nats,
      job: this.#job,
      options: this.#options,
      journal: this.#journal,
      watch: this.#watch,
      counts: this.#counts,
      streamCreated,
      clock,
      log,
      signal,
    });
    this.#station = station;
    const ticker = setInterval(() => {
      this.#tick(station);
    }, TICK_MS);
    try {
      await startPipeline(station);
      await this.#runSuspects(nats, station);
      station.source.start();
      await aborted(signal);
      log.info({ inHand: station.loop.inHand }, 'draining');
      await drain({ nats, ...station, clock, graceMs: this.#job.manifest.spec.worker.terminationGracePeriodMs });
      log.info({ ...this.#counts }, 'drained');
    } finally {
      clearInterval(ticker);
      await closePipeline(station);
    }
  }

  /** What was in hand when a worker died comes first, before anything is pulled. */
  async #runSuspects(nats: Nats, { loop }: Station): Promise<void> {
    const { signal, log } = this.#context;
    const { stream } = this.#job.manifest.spec.source.jetstream;
    await readSuspects(nats, this.#journal, {
      stream,
      consumer: this.#job.consumer,
      signal,
      log,
      onMessage: (delivery) => {
        loop.receive(delivery);
      },
    });
    while (loop.careful && !signal.aborted) await delay(TICK_MS / 4);
  }

  #tick({ loop, source, destinations }: Station): void {
    loop.tick();
    source.check({ now: false });
    this.#outages.tell(destinations.waiting());
    const { memory } = this.#watch;
    if (memory !== undefined && source.state.kind !== 'stopped') this.#journal.rememberSource(memory);
  }

  #connectionChanged(event: ConnectionEvent): void {
    logConnection(this.#context.log, event);
    if (event.type === 'reconnected') this.#reconnected(event);
  }

  /** What was held before a break that outlasted the ack wait belongs to others by now. */
  #reconnected({ epoch, downMs }: { readonly epoch: number; readonly downMs: number }): void {
    const station = this.#station;
    if (station === undefined) return;
    if (downMs > this.#job.manifest.spec.source.jetstream.ackWaitMs) {
      this.#nats?.forgetBefore(epoch);
      station.loop.drop();
      station.source.renew();
    }
    station.loop.wake(downMs);
    station.source.check({ now: true });
    if (this.#nats !== undefined) void this.#learnAccount(this.#nats);
  }

  #observe(): Observed {
    const { clock, signal } = this.#context;
    const station = this.#station;
    const state = station?.source.started === true ? station.source.state : this.#state;
    return {
      uid: this.#job.uid,
      revision: this.#job.revision,
      startedMs: this.#startedMs,
      clock,
      counts: this.#counts,
      connected: this.#nats?.connected ?? false,
      account: this.#account,
      draining: signal.aborted,
      source: state,
      ...(station === undefined ? {} : { loop: station.loop, destinations: station.destinations }),
    };
  }

  #nowMs(): number {
    return this.#context.clock.monotonicMs();
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve(undefined);
        },
        { once: true },
      );
  });
}
