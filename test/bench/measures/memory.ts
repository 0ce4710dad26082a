import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, DiscardPolicy } from '@nats-io/jetstream';
import { parseProgress, type Progress as WorkerProgress } from '@streamjob/crds';
import { poll } from '../../../hack/src/process/poll.ts';
import { kill, type RunningWorker } from '../contestants.ts';
import { TARGET } from '../job.ts';
import { residentBytes } from '../process-cost.ts';
import { openBenchScene, type BenchScene } from '../scene.ts';
import { median } from '../statistics.ts';
import { type Context } from './context.ts';

export type MemoryResult = {
  readonly atRestBytes: number;
  /** The most while a whole stream goes through at full speed. */
  readonly underLoadBytes: number;
  /** While the target is full and the worker holds what it may. */
  readonly stalledBytes: number;
  readonly stalledInFlight: number;
  readonly long?: LongRun;
};

/** Resident memory of a worker under steady load. */
export type LongRun = {
  readonly minutes: number;
  readonly samplesBytes: readonly number[];
  /** Median of the second tenth of the time: the first one is the heap growing to its size. */
  readonly earlyBytes: number;
  /** Median of the last tenth. */
  readonly lateBytes: number;
  readonly messages: number;
};

const SIZE_BYTES = 300;
const MESSAGES = 240_000;
const SETTLE_MS = 3000;
const SAMPLE_EVERY_MS = 2000;
const LONG = 'LONG';
const RESULTS = 'long.results';
const LONG_MESSAGES = 200_000;
/** Ids cost the server memory while the window lasts. */
const LONG_DUPLICATE_WINDOW_NS = 10_000_000_000;

/** What a worker occupies at rest, at full speed, with a stalled target, and, for `minutes` of them, all the time. */
export async function memory(context: Context, minutes: number): Promise<MemoryResult> {
  return context.progress.step(
    'memory',
    async (update) => {
      const scene = await openBenchScene();
      try {
        const stream = await scene.source(SIZE_BYTES, MESSAGES);
        const rest = await atRest(scene, context);
        const underLoadBytes = await underLoad(scene, context, stream);
        const stalled = await whileStalled(scene, context, stream);
        const long = minutes > 0 ? { long: await longRun(scene, context, minutes, update) } : {};
        return { atRestBytes: rest, underLoadBytes, ...stalled, ...long };
      } finally {
        await scene.end();
      }
    },
    30 + minutes * 60,
  );
}

async function atRest(scene: BenchScene, context: Context): Promise<number> {
  await scene.broker.addStream({ name: 'QUIET', subjects: ['quiet'], allow_direct: true });
  return withWorker(scene, context, 'QUIET', async (worker) => {
    await poll('the worker pulls', async () => (await progressOf(worker)).pulling, { timeoutMs: 30_000, everyMs: 50 });
    await delay(SETTLE_MS);
    return residentBytes(worker.pid).now;
  });
}

async function underLoad(scene: BenchScene, context: Context, stream: string): Promise<number> {
  await scene.freshTarget();
  await scene.removeConsumer(stream);
  return withWorker(scene, context, stream, async (worker) => {
    const done = async (): Promise<boolean> => (await scene.settled(stream)) === MESSAGES;
    await poll('the worker is through', done, { timeoutMs: 120_000, everyMs: 200 });
    return residentBytes(worker.pid).peak;
  });
}

/** A full target: the server refuses every result, and the worker holds its messages. */
async function whileStalled(
  scene: BenchScene,
  context: Context,
  stream: string,
): Promise<{ stalledBytes: number; stalledInFlight: number }> {
  await scene.freshTarget({ max_msgs: 1, discard: DiscardPolicy.New });
  await scene.removeConsumer(stream);
  return withWorker(scene, context, stream, async (worker) => {
    let before = 0;
    const still = async (): Promise<boolean> => {
      const { inFlight } = await progressOf(worker);
      const isStill = inFlight > 1 && inFlight === before;
      before = inFlight;
      return isStill;
    };
    await poll('the worker holds what it may', still, { timeoutMs: 60_000, everyMs: SETTLE_MS });
    return { stalledBytes: residentBytes(worker.pid).peak, stalledInFlight: before };
  });
}

/** At full speed, with bounded streams: what is published is what was confirmed a moment before. */
async function longRun(
  scene: BenchScene,
  context: Context,
  minutes: number,
  update: (state: { fraction: number }) => void,
): Promise<LongRun> {
  const { jsm } = scene.broker;
  await scene.broker.addStream({ name: LONG, subjects: [LONG], allow_direct: true, max_msgs: LONG_MESSAGES });
  await scene.freshTarget({ max_msgs: LONG_MESSAGES, duplicate_window: LONG_DUPLICATE_WINDOW_NS });
  await jsm.consumers.add(TARGET, { durable_name: 'probe', deliver_subject: RESULTS, ack_policy: AckPolicy.None });
  const seconds = minutes * 60;
  const fixed = { url: scene.server.url, subject: LONG, results: RESULTS, sizeBytes: SIZE_BYTES };
  return withWorker(scene, context, LONG, async (worker) => {
    const probe = context.stable.program('contestants/latency-probe.ts', { ...fixed, seconds, skipSeconds: seconds });
    try {
      const samples: number[] = [];
      const startedMs = performance.now();
      while (probe.exitCode() === undefined) {
        await delay(SAMPLE_EVERY_MS);
        samples.push(residentBytes(worker.pid).now);
        update({ fraction: (performance.now() - startedMs) / 1000 / seconds });
      }
      const { counts } = await progressOf(worker);
      return { minutes, samplesBytes: samples, ...tenths(samples), messages: counts.finished };
    } finally {
      await kill(probe);
    }
  });
}

function tenths(samples: readonly number[]): Pick<LongRun, 'earlyBytes' | 'lateBytes'> {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  return { earlyBytes: median(samples.slice(tenth, 2 * tenth)), lateBytes: median(samples.slice(-tenth)) };
}

async function withWorker<T>(
  scene: BenchScene,
  { stable }: Context,
  stream: string,
  work: (worker: RunningWorker) => Promise<T>,
): Promise<T> {
  const worker = await stable.worker({ url: scene.server.url, stream, percent: 100 });
  try {
    return await work(worker);
  } finally {
    await kill(worker);
  }
}

async function progressOf({ port }: RunningWorker): Promise<WorkerProgress> {
  const progress = parseProgress(await (await fetch(`http://127.0.0.1:${port}/progress`)).json());
  if (progress === undefined) throw new Error('not a progress');
  return progress;
}
