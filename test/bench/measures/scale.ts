import { AckPolicy } from '@nats-io/jetstream';
import { freePorts } from '../../../hack/src/process/ports.ts';
import { type ServerProcess } from '../../../hack/src/process/server.ts';
import { OWN_CONSUMER } from '../../integration/worker/harness/broker.ts';
import { kill } from '../contestants.ts';
import { eventText } from '../job.ts';
import { fill } from '../raw/fill.ts';
import { type PassthroughCounts, type PassthroughOptions } from '../raw/passthrough.ts';
import { canReadProfiles, profileServer, type ServerProfile } from '../server-profile.ts';
import { openBenchScene, type BenchScene } from '../scene.ts';
import { type Context } from './context.ts';
import { sampleOf, type Sample } from './sample.ts';

/** How light workers share one stream: so many of them, on so many consumers that each own some of the subjects. */
export type ScalePlan = {
  readonly workers: number;
  readonly consumers: number;
  /** What a message costs the server: delivery alone, with its ack, or with its ack and a result that is stored. */
  readonly work: 'deliver' | 'ack' | 'copy';
};

export type ScaleRow = ScalePlan & {
  readonly samples: readonly Sample[];
  /** Pull requests for a thousand messages. */
  readonly pullsPerThousand: readonly number[];
};

export type ScaleResult = {
  readonly rows: readonly ScaleRow[];
  /** Where the server's time went with 4 workers on one consumer; absent where profiles can't be read. */
  readonly profile?: { readonly serverUs: number; readonly shares: ServerProfile };
};

const STREAM = 'SCALE';
const PARTITIONS = 4;
const SIZE_BYTES = 300;
const MESSAGES = 240_000;
const QUICK_MESSAGES = 120_000;
const WARM_UP = 20_000;
/** What all workers together hold, however many they are. */
const CREDIT = 8000;

const PROFILED: ScalePlan = { workers: 4, consumers: 1, work: 'copy' };
const PROFILE_SECONDS = 5;
const nothing = (): Promise<undefined> => Promise.resolve(undefined);

const PLANS: readonly ScalePlan[] = [
  ...[1, 2, 4, 8, 16].map((workers) => ({ workers, consumers: 1, work: 'copy' as const })),
  ...[4, 8, 16].map((workers) => ({ workers, consumers: PARTITIONS, work: 'copy' as const })),
  ...[1, 4, 16].map((workers) => ({ workers, consumers: 1, work: 'ack' as const })),
  ...[4, 16].map((workers) => ({ workers, consumers: PARTITIONS, work: 'ack' as const })),
  { workers: 1, consumers: 1, work: 'deliver' },
  { workers: 4, consumers: PARTITIONS, work: 'deliver' },
];

/** How the server's cost of a message changes as more workers, and more consumers, share one stream. */
export async function scale(context: Context): Promise<ScaleResult> {
  return context.progress.step('scale', async (update) => {
    const [profilePort = 0] = await freePorts(1);
    const scene = await openBenchScene({ config: `prof_port: ${profilePort}` });
    const messages = context.quick ? QUICK_MESSAGES : MESSAGES;
    const rows = PLANS.map((plan) => ({ ...plan, samples: [] as Sample[], pullsPerThousand: [] as number[] }));
    try {
      await fillPartitions(scene, messages);
      for (let round = 0; round < context.rounds; round += 1) {
        for (const [index, row] of rows.entries()) {
          const fraction = (round + index / rows.length) / context.rounds;
          update({ fraction, note: `round ${round + 1}, ${row.workers} workers on ${row.consumers}, ${row.work}` });
          const { sample, pulls, received } = await measure(scene, row, messages, context, nothing);
          row.samples.push(sample);
          row.pullsPerThousand.push((pulls / received) * 1000);
        }
      }
      if (!canReadProfiles()) return { rows };
      const profiling = (): Promise<ServerProfile> => profileServer(profilePort, PROFILE_SECONDS);
      const { sample, meanwhile } = await measure(scene, PROFILED, messages, context, profiling);
      return { rows, profile: { serverUs: sample.serverUs, shares: meanwhile } };
    } finally {
      await scene.end();
    }
  });
}

async function fillPartitions(scene: BenchScene, messages: number): Promise<void> {
  await scene.broker.addStream({ name: STREAM, subjects: ['scale.*'], allow_direct: true });
  const { url } = scene.server;
  const each = messages / PARTITIONS;
  const fills = Array.from({ length: PARTITIONS }, (_, partition) =>
    fill(url, `scale.${partition}`, each, (index) => eventText(index, SIZE_BYTES)),
  );
  await Promise.all(fills);
}

async function measure<T>(
  scene: BenchScene,
  plan: ScalePlan,
  messages: number,
  { stable, quick }: Context,
  alongside: () => Promise<T>,
): Promise<{ sample: Sample; pulls: number; received: number; meanwhile: T }> {
  await scene.freshTarget();
  const consumers = await addConsumers(scene, plan);
  const workers = Array.from({ length: plan.workers }, (_, index) =>
    stable.raw(optionsOf(scene, plan, consumers[index % consumers.length]!)),
  );
  try {
    const settled = (): Promise<number> => settledOf(scene, consumers, plan);
    const window = { total: messages, warmUp: WARM_UP, durationMs: quick ? 800 : 2000 };
    const sampling = sampleOf(workers, scene.server.pid(), settled, window);
    const [sample, meanwhile] = await Promise.all([sampling, alongside()]);
    const counts = await Promise.all(workers.map(countsOf));
    const sum = (count: (each: PassthroughCounts) => number): number =>
      counts.reduce((all, each) => all + count(each), 0);
    return { sample, pulls: sum(({ pulls }) => pulls), received: sum(({ received }) => received), meanwhile };
  } finally {
    await Promise.all(workers.map(kill));
    await Promise.all(consumers.map((name) => scene.broker.jsm.consumers.delete(STREAM, name)));
  }
}

async function addConsumers(scene: BenchScene, { consumers, work }: ScalePlan): Promise<string[]> {
  const names = Array.from({ length: consumers }, (_, index) => `${OWN_CONSUMER}-${index}`);
  for (const [index, durable_name] of names.entries()) {
    await scene.broker.jsm.consumers.add(STREAM, {
      durable_name,
      ...(work === 'deliver' ? { ack_policy: AckPolicy.None } : { ack_policy: AckPolicy.Explicit }),
      ...(work === 'deliver' ? {} : { max_ack_pending: 4 * CREDIT }),
      ...(consumers > 1 && { filter_subject: `scale.${index}` }),
    });
  }
  return names;
}

function optionsOf({ server }: BenchScene, { work, workers }: ScalePlan, consumer: string): PassthroughOptions {
  return {
    url: server.url,
    stream: STREAM,
    consumer,
    credit: Math.min(4000, CREDIT / workers),
    percent: work === 'copy' ? 100 : 0,
    acks: work === 'deliver' ? 'none' : 'explicit',
  };
}

async function settledOf({ broker }: BenchScene, consumers: readonly string[], { work }: ScalePlan): Promise<number> {
  const infos = await Promise.all(consumers.map((name) => broker.jsm.consumers.info(STREAM, name)));
  return infos.reduce((sum, { delivered, num_ack_pending }) => {
    return sum + delivered.consumer_seq - (work === 'deliver' ? 0 : num_ack_pending);
  }, 0);
}

async function countsOf(worker: ServerProcess): Promise<PassthroughCounts> {
  await worker.stop();
  return JSON.parse(worker.lastWords()) as PassthroughCounts;
}
