/**
 * How fast one worker takes a stream: consume, filter, map, publish, confirm, ack, beside the usual loop that awaits each
 * publish before it acks. Both against one real nats-server, in turns. Run it with `node test/bench/worker.ts`.
 */
import { jetstream } from '@nats-io/jetstream';
import { createProgress, ensureBinaries, startNats } from '@streamjob/hack';
import { OWN_CONSUMER, openBroker, type Broker } from '../integration/worker/harness/broker.ts';
import { workerProcess } from '../integration/worker/harness/worker-process.ts';

const MESSAGES = 100_000;
const NAIVE_MESSAGES = 5_000;
const ROUNDS = 3;

const manifest = {
  apiVersion: 'streamjobs.dev/v1alpha1',
  kind: 'StreamJob',
  metadata: { name: 'test', namespace: 'test' },
  spec: {
    source: { format: 'Json', jetstream: { stream: 'IN', startFrom: { policy: 'All' } } },
    steps: [
      { name: 'some', filter: { expression: 'event.delay > 0' } },
      { name: 'shape', map: { set: { hours: 'event.delay / 60.0' } } },
    ],
    sinks: [{ name: 'out', jetstream: { subject: 'out.${event.origin}' } }],
  },
};

function event(index: number): string {
  return JSON.stringify({
    id: index,
    date: '2001-01-01T00:47:00Z',
    delay: (index % 300) + 1,
    distance: 1750,
    origin: 'DTW',
    destination: 'LAS',
    note: 'x'.repeat(160),
  });
}

async function fresh(broker: Broker, messages: number): Promise<void> {
  for (const name of ['IN', 'OUT']) await broker.jsm.streams.delete(name).catch(() => undefined);
  await broker.addStream({ name: 'IN', subjects: ['in.>'], allow_direct: true });
  await broker.addStream({ name: 'OUT', subjects: ['out.>'] });
  await broker.fill('IN', messages, (index) => ({ subject: 'in.a', payload: event(index) }));
}

/** Messages a second of our worker. */
async function worker(broker: Broker): Promise<number> {
  await fresh(broker, MESSAGES);
  const process = workerProcess({ url: broker.url, manifest, deadLetters: false });
  try {
    await process.start();
    await process.until('it pulls', ({ pulling }) => pulling);
    const first = await process.until('it began', ({ counts }) => counts.finished > 0);
    const started = performance.now();
    await process.until('it is done', ({ counts }) => counts.finished === MESSAGES, 300_000);
    return ((MESSAGES - first.counts.finished) / (performance.now() - started)) * 1000;
  } finally {
    await process.dispose();
  }
}

/** Messages a second of the loop that most people write first. */
async function naive(broker: Broker): Promise<number> {
  await fresh(broker, NAIVE_MESSAGES);
  await broker.jsm.consumers.add('IN', { durable_name: OWN_CONSUMER });
  const js = jetstream(broker.nc);
  const consumer = await js.consumers.get('IN', OWN_CONSUMER);
  const started = performance.now();
  let done = 0;
  for await (const message of await consumer.consume()) {
    const { delay, origin, ...rest } = message.json<{ delay: number; origin: string }>();
    if (delay > 0) {
      const result = JSON.stringify({ ...rest, delay, origin, hours: delay / 60 });
      await js.publish(`out.${origin}`, result, { msgID: `naive-${message.seq}` });
    }
    message.ack();
    done += 1;
    if (done === NAIVE_MESSAGES) break;
  }
  return (NAIVE_MESSAGES / (performance.now() - started)) * 1000;
}

await ensureBinaries(['nats-server'], createProgress());
const server = await startNats();
const broker = await openBroker(server.url);
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const baseline = await naive(broker);
    const ours = await worker(broker);
    const ratio = (ours / baseline).toFixed(1);
    process.stdout.write(
      `round ${round}: worker ${Math.round(ours)}/s, naive loop ${Math.round(baseline)}/s, ratio ${ratio}\n`,
    );
  }
} finally {
  await broker.close();
  await server.stop();
}
