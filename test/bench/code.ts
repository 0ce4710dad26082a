/**
 * What a message costs that goes through a `code` step, beside the same change by a `map` step: time from end to end, and
 * the worker's own CPU. No broker. Run it with `node test/bench/code.ts`.
 */
import { resolveDefaults, validateStreamJob, workerManifest } from '@streamjob/crds';
import { Modules } from '../../worker/src/code/index.ts';
import { compilePipeline, type Pipeline, type SourceMessage } from '../../worker/src/pipeline/index.ts';

const MESSAGES = 20_000;
const BATCH = 500;
/** Batches under way, as many as the delivery loop lets wait. */
const BATCHES_AT_ONCE = 2;
const ROUNDS = 5;

const STEPS: Readonly<Record<string, object>> = {
  map: { map: { set: { hours: 'event.delay / 60.0' } } },
  code: { code: { source: 'export default (event) => ({ ...event, hours: event.delay / 60 })' } },
  'async code': { code: { source: 'export default async (event) => ({ ...event, hours: event.delay / 60 })' } },
};

const messages: readonly SourceMessage[] = Array.from({ length: MESSAGES }, (_, row) => ({
  subject: 'flights.SEA',
  payload: Buffer.from(JSON.stringify({ id: row, delay: row % 300, origin: 'SEA', note: 'x'.repeat(200) })),
  headers: { entries: [] },
  sequence: row + 1,
  timestamp: `17638679651${String(row).padStart(8, '0')}`,
  deliveries: 1,
}));

const modules = new Modules();

function pipelineOf(step: object): Pipeline {
  const validation = validateStreamJob({
    apiVersion: 'streamjobs.dev/v1alpha1',
    kind: 'StreamJob',
    metadata: { name: 'bench' },
    spec: {
      source: { jetstream: { stream: 'S', startFrom: { policy: 'All' } } },
      steps: [{ name: 'step', ...step }],
      sinks: [{ name: 'out', jetstream: { subject: 'out.x' } }],
    },
  });
  if (!validation.ok) throw new Error(JSON.stringify(validation.problems));
  const compiled = compilePipeline(resolveDefaults(workerManifest(validation.job)), {
    jobUid: 'bench',
    streamCreated: '2026-11-23T00:00:00Z',
    secret: () => undefined,
    configMapText: () => undefined,
    maxPayloadBytes: 1024 * 1024,
    resources: {
      module: (request) => modules.add(request),
      lookup: () => {
        throw new Error('no step looks anything up');
      },
    },
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.pipeline;
}

async function runBatches(pipeline: Pipeline, starts: Iterator<number>): Promise<void> {
  for (let next = starts.next(); next.done !== true; next = starts.next()) {
    const outcomes = pipeline.execute(messages.slice(next.value, next.value + BATCH));
    const waiting = outcomes.filter((outcome) => outcome instanceof Promise);
    const kinds = await Promise.all(waiting);
    if (kinds.some(({ kind }) => kind !== 'emit')) throw new Error('a message was not emitted');
  }
}

/** Microseconds a message, from end to end and of this process's CPU. */
async function measure(pipeline: Pipeline): Promise<{ readonly wall: number; readonly cpu: number }> {
  const starts = Array.from({ length: MESSAGES / BATCH }, (_, index) => index * BATCH).values();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, () => runBatches(pipeline, starts)));
  const wall = ((performance.now() - started) * 1000) / MESSAGES;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / MESSAGES };
}

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN).toFixed(1);

const ways = Object.entries(STEPS).map(([name, step]) => ({
  name,
  pipeline: pipelineOf(step),
  taken: [] as { wall: number; cpu: number }[],
}));
await modules.start();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { pipeline, taken } of ways) taken.push(await measure(pipeline));
}
for (const { name, taken } of ways) {
  const wall = median(taken.map((one) => one.wall));
  const cpu = median(taken.map((one) => one.cpu));
  process.stdout.write(`  ${name.padEnd(12)} ${wall} µs a message, ${cpu} µs of the worker's CPU\n`);
}
modules.close();
