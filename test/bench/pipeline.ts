/**
 * How fast the worker's pipeline runs the flights example, beside the same job written by hand in JavaScript and beside
 * the least that any worker of JSON has to do. No broker. Run it with `node test/bench/pipeline.ts`.
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolveDefaults, validateStreamJob, workerManifest } from '@streamjob/crds';
import { parse } from 'yaml';
import { compilePipeline, type Outcome, type SourceMessage } from '../../worker/src/pipeline/index.ts';

const MESSAGES = 20_000;
const BATCH = 500;
const ROUNDS = 9;
const LATE_MINUTES = 60;
const KEY = Buffer.from('a key of the bench');
const SECRET_KEY = createSecretKey(KEY);
const AIRPORTS = ['SEA', 'SAN', 'SJC', 'ABQ', 'LAX', 'PHX', 'DAL', 'HOU'];

type Flight = { delay: number; distance: number; origin: string; destination: string; tailNumber: string };
type Execute = (batch: readonly SourceMessage[]) => unknown;

/** Of `lateOf` flights one is late. */
function flights(lateOf: number): SourceMessage[] {
  return Array.from({ length: MESSAGES }, (_, row) => {
    const origin = AIRPORTS[row % AIRPORTS.length] ?? '';
    const event = {
      id: `bench-${row}`,
      date: new Date(978_307_200_000 + row * 60_000).toISOString(),
      delay: row % lateOf === 0 ? 61 + (row % 300) : (row % 70) - 10,
      distance: 100 + (row % 2500),
      origin,
      destination: AIRPORTS[(row * 7 + 3) % AIRPORTS.length],
      tailNumber: `N${row % 9973}`,
    };
    return {
      subject: `flights.${origin}`,
      payload: new Uint8Array(Buffer.from(JSON.stringify(event))),
      headers: { entries: [] },
      sequence: row + 1,
      timestamp: `17638679651${String(row).padStart(8, '0')}`,
      deliveries: 1,
    };
  });
}

function pipelineOf(file: string): Execute {
  const validation = validateStreamJob(parse(readFileSync(file, 'utf8')));
  if (!validation.ok) throw new Error(JSON.stringify(validation.problems));
  const compiled = compilePipeline(resolveDefaults(workerManifest(validation.job)), {
    jobUid: 'bench',
    streamCreated: '2026-11-23T00:00:00Z',
    secret: () => KEY,
    configMapText: () => undefined,
    maxPayloadBytes: 1024 * 1024,
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return (batch) => compiled.pipeline.execute(batch);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The same job, by someone who needs no other. */
const byHand: Execute = (batch) => batch.map(flightByHand);

function flightByHand({ payload, sequence, timestamp }: SourceMessage): unknown {
  const event = JSON.parse(decoder.decode(payload)) as Flight;
  if (typeof event.delay !== 'number' || !/^[A-Z]{3}$/.test(event.origin)) throw new Error('invalid');
  if (event.delay <= LATE_MINUTES) return 'filtered';
  const { distance: _, ...kept } = event;
  const tailNumber = createHmac('sha256', SECRET_KEY).update(event.tailNumber).digest('hex');
  const hours = event.delay / 60;
  const result = { ...kept, tailNumber, hours, route: `${event.origin}-${event.destination}` };
  const body = Buffer.from(JSON.stringify(result));
  const id = hash('sha256', `bench\n${sequence}\n${timestamp}`, 'base64url').slice(0, 22);
  const all = { subject: `delays.${event.origin}`, headers: [['Nats-Msg-Id', `${id}all`]], payload: body };
  if (hours <= 3) return [all];
  return [{ subject: `alerts.${event.origin}`, headers: [['Nats-Msg-Id', `${id}alerts`]], payload: body }, all];
}

const parseOnly: Execute = (batch) => batch.map(({ payload }) => JSON.parse(decoder.decode(payload)) as unknown);

function secondsFor(execute: Execute, messages: readonly SourceMessage[]): number {
  const start = process.hrtime.bigint();
  for (let from = 0; from < messages.length; from += BATCH) execute(messages.slice(from, from + BATCH));
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Ways take turns, so that a slower minute of the machine slows them all. */
function compare(messages: readonly SourceMessage[], ways: Readonly<Record<string, Execute>>): void {
  const seconds = Object.entries(ways).map(([name, execute]) => ({ name, execute, taken: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { execute, taken } of seconds) taken.push(secondsFor(execute, messages));
  }
  const reference = median(seconds[0]?.taken ?? []);
  for (const { name, taken } of seconds) {
    const time = median(taken);
    const rate = Math.round(MESSAGES / time / 1000);
    const each = ((time / MESSAGES) * 1e6).toFixed(2);
    process.stdout.write(`  ${name.padEnd(12)} ${rate} k/s  ${each} µs  ${(time / reference).toFixed(2)} x by hand\n`);
  }
}

const execute = pipelineOf(new URL('../../examples/flights/long-delays.yaml', import.meta.url).pathname);
for (const lateOf of [1, 8]) {
  const messages = flights(lateOf);
  const kinds = (execute(messages) as Outcome[]).filter(({ kind }) => kind === 'emit').length;
  process.stdout.write(`${kinds} of ${MESSAGES} flights are late\n`);
  compare(messages, { 'by hand': byHand, pipeline: execute, 'parse only': parseOnly });
}
