import { AckPolicy } from '@nats-io/jetstream';
import { poll } from '../../../hack/src/process/poll.ts';
import { kill, type ContestantName } from '../contestants.ts';
import { type ProbeOptions, type ProbeResult } from '../contestants/probe-contract.ts';
import { TARGET } from '../job.ts';
import { openBenchScene, type BenchScene } from '../scene.ts';
import { type Context } from './context.ts';

const STREAM = 'LATENCY';
const SUBJECT = 'latency.in';
const RESULTS = 'latency.results';
const SIZE_BYTES = 300;
const LOADS = [0.1, 0.5, 0.8];

export type LatencyRow = {
  readonly contestant: ContestantName;
  /** Share of the worker's maximum. */
  readonly load: number;
  /** Messages a second that were asked for. */
  readonly rate: number;
  readonly rounds: readonly ProbeResult[];
};

export type LatencyResult = {
  /** Messages a second of the worker with producer and observer on the same cores. */
  readonly maximum: number;
  readonly rows: readonly LatencyRow[];
};

/**
 * From the write of an event to the arrival of its result from the target stream: at shares of the worker's maximum, and
 * of raw passthrough at the least of them.
 */
export async function latency(context: Context): Promise<LatencyResult> {
  return context.progress.step('latency', async (update) => {
    const scene = await openBenchScene();
    try {
      const maximum = (await run(scene, context, 'worker', [undefined]))[0]!.perSecond;
      const plan = [
        ...LOADS.map((load) => ({ contestant: 'worker' as const, load, rate: Math.round(load * maximum) })),
        { contestant: 'raw' as const, load: LOADS[0]!, rate: Math.round(LOADS[0]! * maximum) },
      ];
      const rows = plan.map((row) => ({ ...row, rounds: [] as ProbeResult[] }));
      for (let round = 0; round < context.rounds; round += 1) {
        update({ fraction: round / context.rounds, note: `round ${round + 1}` });
        for (const contestant of ['worker', 'raw'] as const) {
          const own = rows.filter((row) => row.contestant === contestant);
          const results = await run(
            scene,
            context,
            contestant,
            own.map(({ rate }) => rate),
          );
          for (const [index, result] of results.entries()) own[index]!.rounds.push(result);
        }
      }
      return { maximum, rows };
    } finally {
      await scene.end();
    }
  });
}

/** One contestant from its start, warmed up at full speed, then at each rate; `undefined` is full speed. */
async function run(
  scene: BenchScene,
  { stable, quick }: Context,
  contestant: ContestantName,
  rates: readonly (number | undefined)[],
): Promise<ProbeResult[]> {
  await prepare(scene, contestant);
  const { url } = scene.server;
  const child = await stable.start(contestant, { url, stream: STREAM, percent: 100 });
  const seconds = quick ? 2 : 4;
  const probe = async (rate: number | undefined): Promise<ProbeResult> => {
    const pace = rate === undefined ? {} : { rate };
    const fixed = { url, subject: SUBJECT, results: RESULTS, sizeBytes: SIZE_BYTES, seconds, skipSeconds: 1 };
    const options: ProbeOptions = { ...fixed, ...pace };
    const running = stable.program('contestants/latency-probe.ts', options);
    const ended = (): boolean => running.exitCode() !== undefined;
    await poll('the probe ends', ended, { timeoutMs: 60_000, everyMs: 20 });
    return JSON.parse(running.lastWords()) as ProbeResult;
  };
  try {
    await probe(undefined);
    const results: ProbeResult[] = [];
    for (const rate of rates) results.push(await probe(rate));
    return results;
  } finally {
    await kill(child);
  }
}

async function prepare(scene: BenchScene, contestant: ContestantName): Promise<void> {
  const { jsm } = scene.broker;
  await jsm.streams.delete(STREAM).catch(() => undefined);
  await scene.broker.addStream({ name: STREAM, subjects: [SUBJECT], allow_direct: true });
  await scene.freshTarget();
  await jsm.consumers.add(TARGET, { durable_name: 'probe', deliver_subject: RESULTS, ack_policy: AckPolicy.None });
  if (contestant !== 'worker') await scene.freshConsumer(STREAM);
}
