/**
 * What an enrich step costs a message when its bucket is in memory: the same job without it, with one whose keys were
 * read before, and with one whose keys were not (each is parsed anew). No broker. Run it with `node test/bench/lookups.ts`.
 */
import { type ResolvedManifest } from '@streamjob/crds';
import { createLogger } from '@streamjob/telemetry';
import { systemClock } from '../../worker/src/clock.ts';
import { KvLookup } from '../../worker/src/lookups/kv/kv-lookup.ts';
import { type Lookup } from '../../worker/src/lookups/index.ts';
import { compilePipeline, type SourceMessage } from '../../worker/src/pipeline/index.ts';

const MESSAGES = 20_000;
const BATCH = 500;
const ROUNDS = 9;
const HOT_KEYS = 5_000;
const ALL_KEYS = 200_000;

type Spec = ResolvedManifest['spec'];
type Execute = (batch: readonly SourceMessage[]) => unknown;

const value = (key: number): Buffer =>
  Buffer.from(
    JSON.stringify({ id: key, name: `customer ${key}`, tier: 'gold', address: { city: 'Berlin', zip: '10115' } }),
  );

/** A bucket of so many keys, all of it in memory. */
function lookupOf(keys: number): Lookup {
  const watchBucket: ConstructorParameters<typeof KvLookup>[1]['nats']['watchBucket'] = (_bucket, watch) => {
    setImmediate(() => {
      watch.onBegin({ created: '', messages: 0, bytes: 0, keys: 0, lastRevision: 0, maxAgeMs: 0, ttlPerKey: false });
      for (let key = 0; key < keys; key++)
        watch.onEntry({ key: String(key), value: value(key), revision: key + 1, storedMs: 0 });
      watch.onCaughtUp();
    });
    return { get: () => Promise.resolve(undefined), restart: () => undefined, stop: () => undefined };
  };
  const log = createLogger({ name: 'bench', level: 'error' });
  const options = { bucket: 'B', format: 'Json', maxBytes: 256 * 1024 * 1024 } as const;
  return new KvLookup(options, { nats: { watchBucket }, clock: systemClock, log });
}

function pipelineOf(lookup: Lookup | undefined): Execute {
  const enrich = {
    key: 'event.customer',
    into: 'known',
    format: 'Json',
    onMissing: 'DeadLetter',
    onError: 'DeadLetter',
  } as const;
  const spec: Spec = {
    source: {
      format: 'Json',
      jetstream: { stream: 'S', subjects: [], startFrom: { policy: 'All' }, ackWaitMs: 30_000, messageId: 'Stored' },
    },
    steps: lookup === undefined ? [] : [{ name: 'known', enrich: { ...enrich, kv: { bucket: 'B', maxBytes: 1 } } }],
    // No event gets to a sink: what is measured is decoding and the step.
    sinks: [
      {
        name: 'none',
        when: 'event.never == true',
        jetstream: { subject: 'out', headers: {} },
        retry: { maxAttempts: 5, initialBackoffMs: 1_000, maxBackoffMs: 60_000 },
      },
    ],
    deadLetter: { enabled: true },
    worker: { resources: {}, terminationGracePeriodMs: 30_000 },
  };
  const compiled = compilePipeline(
    { spec },
    {
      jobUid: 'bench',
      streamCreated: '2026-11-23T00:00:00Z',
      secret: () => undefined,
      configMapText: () => undefined,
      maxPayloadBytes: 1024 * 1024,
      ...(lookup !== undefined && {
        resources: {
          lookup: () => lookup,
          module: () => {
            throw new Error('no code');
          },
        },
      }),
    },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return (batch) => compiled.pipeline.execute(batch);
}

function messagesOf(keyOf: (row: number) => number): SourceMessage[] {
  return Array.from({ length: MESSAGES }, (_, row) => ({
    subject: 'orders.x',
    payload: Buffer.from(
      JSON.stringify({ id: `order-${row}`, customer: keyOf(row), never: false, note: 'n'.repeat(200) }),
    ),
    headers: { entries: [] },
    sequence: row + 1,
    timestamp: `17638679651${String(row).padStart(8, '0')}`,
    deliveries: 1,
  }));
}

function microsecondsEach(execute: Execute, messages: readonly SourceMessage[]): number {
  const start = process.hrtime.bigint();
  for (let from = 0; from < messages.length; from += BATCH) execute(messages.slice(from, from + BATCH));
  return Number(process.hrtime.bigint() - start) / 1_000 / messages.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const lookup = lookupOf(ALL_KEYS);
const first = await lookup.get('1');
if (first.kind !== 'found') throw new Error('the bucket is not known');
const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
process.stdout.write(
  `${ALL_KEYS} values of about ${value(1).length} bytes are known; resident memory is ${memory} MB\n`,
);

let next = 0;
const hot = messagesOf((row) => row % HOT_KEYS);
const cold = messagesOf(() => (next += 7919) % ALL_KEYS);
// Of its own: what is read at random would push out what is read again and again.
const other = lookupOf(ALL_KEYS);
await other.get('1');
const [without, again, anew] = [pipelineOf(undefined), pipelineOf(lookup), pipelineOf(other)];
const ways = [
  { name: 'no enrich step', execute: without, messages: hot, taken: [] as number[] },
  { name: `a hit, one of ${HOT_KEYS} keys`, execute: again, messages: hot, taken: [] as number[] },
  { name: `a hit, one of ${ALL_KEYS} keys`, execute: anew, messages: cold, taken: [] as number[] },
];
for (let round = 0; round < ROUNDS; round++)
  for (const { execute, messages, taken } of ways) taken.push(microsecondsEach(execute, messages));
const base = median(ways[0]?.taken ?? []);
for (const { name, taken } of ways) {
  const each = median(taken);
  process.stdout.write(
    `  ${name.padEnd(30)} ${each.toFixed(2)} µs a message  ${(each - base).toFixed(2)} µs for the step\n`,
  );
}
await Promise.all([lookup.close(), other.close()]);
