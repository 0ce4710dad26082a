import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bringUpPlatform,
  connectBroker,
  ensureNamespace,
  ensureSecret,
  NATS_NAMESPACE,
  portForward,
  readSecret,
  type Broker,
  type Kubectl,
  type Platform,
} from '../platform/index.ts';
import { login } from '../platform/platform.ts';
import { Fatal, poll } from '../process/poll.ts';
import { formatSeconds, type Progress } from '../progress.ts';
import { compareResults, countDeadLetters } from './collect.ts';
import { expectMessage, nothingExpected, type Expected } from './expected.ts';
import { readFlights } from './flights.ts';
import { toMessage, type FlightMessage } from './messages.ts';
import { nextSteps, verdict, type Outcome } from './report.ts';
import { replay } from './replay.ts';
import { readCounts, type Counts } from './worker-counts.ts';

export type DemoOptions = {
  readonly messages: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Name of the cluster. */
  readonly name?: string;
  readonly image?: string;
};

const NAMESPACE = 'flights';
const JOB = 'long-delays';
const EXAMPLE = join(import.meta.dirname, '../../../examples/flights/long-delays.yaml');
const STREAMS = { FLIGHTS: ['flights.>'], DELAYS: ['delays.>', 'alerts.>'] } as const;

/** Brings everything up, replays, and prints the table. Answers whether every result is there. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { progress, signal } = options;
  const { name, image } = options;
  const platform = await bringUpPlatform({
    progress,
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
  });
  signal.throwIfAborted();
  const forward = await portForward(platform.kubectl, NATS_NAMESPACE, 'svc/nats', 4222);
  try {
    const broker = await connectBroker(`nats://127.0.0.1:${forward.port}`, 'admin', platform.passwords.admin ?? '');
    try {
      const outcome = await replayThroughJob(platform, broker, forward.port, options);
      const { text, ok } = verdict(outcome);
      console.log(`\n${text}\n`);
      console.log(nextSteps(platform.cluster.kubeconfig));
      return ok;
    } finally {
      await broker.close();
    }
  } finally {
    forward.stop();
  }
}

async function replayThroughJob(
  platform: Platform,
  broker: Broker,
  port: number,
  options: DemoOptions,
): Promise<Outcome> {
  const { progress, signal, messages } = options;
  const { kubectl } = platform;
  const key = await prepareNamespace(kubectl, platform.passwords);
  for (const [name, subjects] of Object.entries(STREAMS)) await broker.ensureStream(name, subjects);
  await progress.step(`applying examples/flights/long-delays.yaml`, async () => {
    await kubectl.apply(readFileSync(EXAMPLE, 'utf8'));
    await kubectl(['wait', `sj/${JOB}`, '-n', NAMESPACE, '--for=condition=Ready', '--timeout=120s']);
  });
  await untilIdle(broker, kubectl, signal);
  const before = await marks(broker);
  const countsBefore = await readCounts(kubectl, NAMESPACE, JOB);
  const expected = nothingExpected();
  const started = performance.now();
  const published = await publishFlights({ port, password: platform.passwords.admin ?? '', key, expected }, options);
  await progress.step('waiting until every message is finished', (update) =>
    untilIdle(broker, kubectl, signal, (left, most) => {
      update({ fraction: 1 - left / most, note: `${left.toLocaleString('en-US')} left` });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const counts = difference(await readCounts(kubectl, NAMESPACE, JOB), countsBefore);
  return progress.step(`comparing ${messages.toLocaleString('en-US')} messages with the file`, async () => ({
    expected,
    published,
    filtered: counts?.filtered,
    delays: await compareResults(broker, 'DELAYS', before.DELAYS, 'delays', expected.results.delays),
    alerts: await compareResults(broker, 'DELAYS', before.DELAYS, 'alerts', expected.results.alerts),
    deadLetters: await countDeadLetters(broker, 'DEADLETTERS', before.DEADLETTERS, `deadletters.${NAMESPACE}.${JOB}.>`),
    seconds,
  }));
}

/** The namespace as its team would set it up: its NATS login, and the key by which tail numbers are hashed. */
async function prepareNamespace(kubectl: Kubectl, passwords: Readonly<Record<string, string>>): Promise<Uint8Array> {
  await ensureNamespace(kubectl, NAMESPACE);
  await ensureSecret(kubectl, NAMESPACE, 'nats-flights', login('flights', passwords));
  const known = (await readSecret(kubectl, NAMESPACE, 'tail-number-key'))?.key;
  const key = known ?? randomBytes(32).toString('hex');
  if (known === undefined) await ensureSecret(kubectl, NAMESPACE, 'tail-number-key', { key });
  return Buffer.from(key);
}

type Target = {
  readonly port: number;
  readonly password: string;
  readonly key: Uint8Array;
  readonly expected: Expected;
};

function publishFlights({ port, password, key, expected }: Target, options: DemoOptions): Promise<number> {
  const { messages, progress, signal } = options;
  const run = Date.now().toString(36);
  async function* flights(): AsyncGenerator<FlightMessage> {
    let row = 0;
    for await (const flight of readFlights(messages)) {
      if (row % 1_000 === 0) signal.throwIfAborted();
      const message = toMessage(flight, row, run);
      expectMessage(expected, message, key);
      row += 1;
      yield message;
    }
  }
  return progress.step(`replaying ${messages.toLocaleString('en-US')} flights`, async (update) => {
    return replay({ port, user: 'admin', password, signal }, flights(), (stored) => {
      update({ fraction: stored / messages, note: `${stored.toLocaleString('en-US')} stored` });
    });
  });
}

async function marks(broker: Broker): Promise<{ DELAYS: number; DEADLETTERS: number }> {
  return { DELAYS: await broker.lastSequence('DELAYS'), DEADLETTERS: await broker.lastSequence('DEADLETTERS') };
}

/** Waits until the job's consumer has nothing pending and nothing unacknowledged. */
async function untilIdle(
  broker: Broker,
  kubectl: Kubectl,
  signal: AbortSignal,
  onLeft: (left: number, most: number) => void = () => undefined,
): Promise<void> {
  const consumer = await poll('the job notes its consumer', () => consumerOf(kubectl), { timeoutMs: 60_000, signal });
  let last = { left: Number.POSITIVE_INFINITY, at: performance.now() };
  let most = 1;
  const idle = async (): Promise<boolean> => {
    const left = await broker.unfinished('FLIGHTS', consumer);
    most = Math.max(most, left);
    onLeft(left, most);
    if (left < last.left) last = { left, at: performance.now() };
    if (performance.now() - last.at > STUCK_MS) throw new Fatal(new Error(stuckMessage(left)));
    return left === 0;
  };
  await poll('every message is finished', idle, { timeoutMs: Number.POSITIVE_INFINITY, signal });
}

function stuckMessage(left: number): string {
  return `${left} messages are unfinished and nothing moved for ${formatSeconds(STUCK_MS / 1000)}: npm run kubectl -- describe sj -n ${NAMESPACE} says why`;
}

const STUCK_MS = 120_000;

async function consumerOf(kubectl: Kubectl): Promise<string | undefined> {
  const job = await kubectl.json<{ status?: { source?: { consumer?: string } } }>(['get', 'sj', JOB, '-n', NAMESPACE]);
  return job.status?.source?.consumer;
}

function difference(after: Counts | undefined, before: Counts | undefined): Counts | undefined {
  if (after === undefined || before === undefined) return undefined;
  return { filtered: after.filtered - before.filtered };
}
