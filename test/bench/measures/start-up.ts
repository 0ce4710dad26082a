import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../../../hack/src/process/poll.ts';
import { kill } from '../contestants.ts';
import { openBenchScene, type BenchScene } from '../scene.ts';
import { type Context } from './context.ts';

export type StartUpResult = {
  /** Milliseconds from the start of the process to its first pull request at the server, in each round. */
  readonly pullMs: readonly number[];
  /** The same to the first 200 of /readyz. */
  readonly readyMs: readonly number[];
  /** What Node itself takes to start and end with an empty program. */
  readonly nodeMs: readonly number[];
};

const SIZE_BYTES = 300;
const MESSAGES = 1000;
const TIMEOUT_MS = 30_000;

/** How long a worker takes until it pulls, on a stream and a server that are there. */
export async function startUp(context: Context): Promise<StartUpResult> {
  return context.progress.step('start-up', async () => {
    const scene = await openBenchScene();
    const result = { pullMs: [] as number[], readyMs: [] as number[], nodeMs: [] as number[] };
    try {
      const stream = await scene.source(SIZE_BYTES, MESSAGES);
      for (let round = 0; round < context.rounds; round += 1) {
        const { pullMs, readyMs } = await startOnce(scene, stream, context);
        result.pullMs.push(pullMs);
        result.readyMs.push(readyMs);
        result.nodeMs.push(await emptyProgram(context));
      }
      return result;
    } finally {
      await scene.end();
    }
  });
}

async function startOnce(
  scene: BenchScene,
  stream: string,
  { stable }: Context,
): Promise<{ pullMs: number; readyMs: number }> {
  await scene.freshTarget();
  await scene.removeConsumer(stream);
  const { promise, resolve } = Promise.withResolvers<number>();
  const pulls = scene.broker.nc.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${stream}.>`, {
    callback: () => {
      resolve(performance.now());
    },
  });
  await scene.broker.nc.flush();
  const { url } = scene.server;
  const started = performance.now();
  const worker = await stable.worker({ url, stream, percent: 100 });
  try {
    const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${worker.port}/readyz`)).ok;
    await poll('the worker is ready', ready, { timeoutMs: TIMEOUT_MS, everyMs: 10 });
    const readyMs = performance.now() - started;
    const pulled = await Promise.race([promise, delay(TIMEOUT_MS, NaN, { ref: false })]);
    return { pullMs: pulled - started, readyMs };
  } finally {
    pulls.unsubscribe();
    await kill(worker);
  }
}

async function emptyProgram({ stable }: Context): Promise<number> {
  const started = performance.now();
  const child = stable.program('contestants/nothing.ts', {});
  await poll('Node ends', () => child.exitCode() !== undefined, { timeoutMs: TIMEOUT_MS, everyMs: 2 });
  return performance.now() - started;
}
