/**
 * What the client costs a message: pull, publish what came under an id, confirm, ack, and nothing else. Through the
 * client's inside and through its public face, in turns, each run in a process of its own against one real nats-server.
 * Run it with `node test/bench/nats.ts`.
 */
import { execFileSync } from 'node:child_process';
import { createProgress, ensureBinaries, startNats } from '@streamjob/hack';
import { type Delivery, type Nats, type Settlement } from '@streamjob/nats';
import { connect } from '../../nats/src/connection/connect.ts';
import { findInternals } from '../../nats/src/connection/internals.ts';
import { consumerConfig, open, Outsider, publishAll } from '../integration/nats/client.ts';

const WARM_UP = 15_000;
const MESSAGES = 45_000;
const ROUNDS = 3;
const CREDIT = 4_000;
const BATCH = 500;
const PAYLOAD_BYTES = 300;
const WAYS = ['inside', 'outside'] as const;

type Result = { readonly microseconds: number; readonly messagesPerSecond: number };

/** Copies messages, a turn of the event loop at a time, as the worker does. */
class Copier {
  readonly #nats: Nats;
  readonly #name: string;
  readonly #onDone: (done: number) => void;
  readonly #publisher;
  readonly #pull;
  #fresh: Delivery[] = [];
  #acks: Settlement[] = [];
  #inHand = 0;
  #done = 0;
  #scheduled = false;
  #stopped = false;

  constructor(nats: Nats, consumer: string, onDone: (done: number) => void) {
    this.#nats = nats;
    this.#name = consumer;
    this.#onDone = onDone;
    this.#publisher = nats.publisher();
    this.#pull = nats.pull({
      stream: 'IN',
      consumer,
      onMessage: (delivery) => {
        this.#receive(delivery);
      },
    });
    this.#turn();
  }

  stop(): void {
    this.#stopped = true;
  }

  #receive(delivery: Delivery): void {
    this.#fresh.push(delivery);
    this.#inHand += 1;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    this.#settle();
    if (this.#fresh.length > 0) this.#publish(this.#fresh.splice(0, BATCH));
    if (this.#fresh.length > 0) this.#schedule();
    const room = CREDIT - this.#inHand - this.#pull.asked;
    if (room * 4 >= CREDIT) this.#pull.request(room, 1e9);
  }

  #settle(): void {
    const acks = this.#acks;
    this.#acks = [];
    this.#nats.settle(acks);
    this.#inHand -= acks.length;
    this.#done += acks.length;
    this.#onDone(this.#done);
  }

  #publish(batch: readonly Delivery[]): void {
    const publications = batch.map(({ payload, sequence, timestamp }) => {
      return { subject: 'out.a', payload, headers: [['Nats-Msg-Id', `${this.#name}${timestamp}${sequence}`]] as const };
    });
    this.#publisher.publish(publications, (index, answer) => {
      if (this.#stopped) return;
      const delivery = batch[index];
      if (answer.kind !== 'stored' || delivery === undefined) throw new Error(`not stored: ${answer.kind}`);
      this.#acks.push({ reply: delivery.reply, epoch: delivery.epoch, as: 'ack' });
      this.#schedule();
    });
  }
}

/** Client CPU a message, after a warm-up. */
async function measure(url: string, way: string): Promise<Result> {
  const spec = { servers: [url], name: way };
  const { signal } = new AbortController();
  const nats = await connect(spec, { signal }, way === 'inside' ? findInternals : () => undefined);
  const { info } = await nats.ensureConsumer(
    'IN',
    consumerConfig(`${way}-${process.pid}`, { maxAckPending: 2 * CREDIT }),
  );
  const result = await new Promise<Result>((resolve) => {
    let from: { cpu: NodeJS.CpuUsage; ms: number; done: number } | undefined;
    const copier = new Copier(nats, info.name, (done) => {
      if (done >= WARM_UP) from ??= { cpu: process.cpuUsage(), ms: performance.now(), done };
      if (from === undefined || done < WARM_UP + MESSAGES) return;
      copier.stop();
      const { user, system } = process.cpuUsage(from.cpu);
      const messages = done - from.done;
      const seconds = (performance.now() - from.ms) / 1000;
      resolve({ microseconds: (user + system) / messages, messagesPerSecond: messages / seconds });
    });
  });
  await nats.close();
  return result;
}

async function fill(url: string): Promise<void> {
  const outsider = await Outsider.connect({ url });
  await outsider.createStream('IN', { subjects: ['in.>'] });
  await outsider.createStream('OUT', { subjects: ['out.>'], duplicate_window: 5_000_000_000 });
  const { nats } = await open({ url });
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(0x78);
  const batch = Array.from({ length: 5_000 }, () => ({ subject: 'in.a', payload }));
  for (let filled = 0; filled < WARM_UP + MESSAGES + 2 * CREDIT; filled += batch.length) await publishAll(nats, batch);
  await nats.close();
  await outsider.nc.close();
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function compare(): Promise<void> {
  await ensureBinaries(['nats-server'], createProgress());
  const server = await startNats();
  const results = WAYS.map((way) => ({ way, taken: [] as Result[] }));
  try {
    await fill(server.url);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { way, taken } of results) {
        const script = [new URL(import.meta.url).pathname, server.url, way];
        taken.push(JSON.parse(execFileSync(process.execPath, script, { encoding: 'utf8' })) as Result);
      }
    }
  } finally {
    await server.stop();
  }
  for (const { way, taken } of results) {
    const microseconds = median(taken.map((each) => each.microseconds)).toFixed(1);
    const perSecond = Math.round(median(taken.map((each) => each.messagesPerSecond)));
    process.stdout.write(`${way.padEnd(8)} ${microseconds} µs of client CPU a message, ${perSecond} messages/s\n`);
  }
}

const [, , url, way] = process.argv;
if (url === undefined || way === undefined) await compare();
else process.stdout.write(JSON.stringify(await measure(url, way)));
