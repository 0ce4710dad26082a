import { jetstream, jetstreamManager, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { consumerName } from '@streamjob/nats';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { poll } from '../../../../hack/src/process/poll.ts';

/** Of the job `test` when a shell starts its worker. */
export const OWN_CONSUMER = consumerName({ clusterId: 'local', namespace: 'test', name: 'test' });

/** A connection of the test's own, beside the worker's. */
export type Broker = {
  readonly url: string;
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  addStream(config: Partial<StreamConfig> & { name: string; subjects: string[] }): Promise<void>;
  /** Publishes and waits until the stream holds all of it. */
  fill(stream: string, count: number, message: (index: number) => Message): Promise<void>;
  messages(stream: string): Promise<number>;
  /** Waits until the stream holds so many messages. */
  untilHolds(stream: string, count: number): Promise<void>;
  /** Everything that the stream holds, in order. */
  read(stream: string): Promise<Read[]>;
  /** Waits until the consumer of the job `test` delivered everything and waits for no ack. */
  settled(stream: string, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
};
export type Message = { subject: string; payload: string | Uint8Array };
export type Read = { subject: string; payload: string; bytes: Uint8Array; headers: Map<string, string> };

export async function openBroker(url: string, user?: string): Promise<Broker> {
  const nc = await connect({
    servers: url.split(','),
    ...(user !== undefined && { user, pass: 'pw' }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    waitOnFirstConnect: true,
  });
  const jsm = await jetstreamManager(nc);
  const messages = async (stream: string): Promise<number> => (await jsm.streams.info(stream)).state.messages;
  return {
    url,
    nc,
    jsm,
    messages,
    addStream: async (config) => {
      await jsm.streams.add(config);
    },
    fill: async (stream, count, message) => {
      const before = (await jsm.streams.info(stream)).state.last_seq;
      for (let index = 0; index < count; index += 1) {
        const { subject, payload } = message(index);
        nc.publish(subject, payload);
        if (index % 500 === 499) await nc.flush();
      }
      await nc.flush();
      const stored = async (): Promise<boolean> => (await jsm.streams.info(stream)).state.last_seq === before + count;
      await poll(`${stream} holds ${count} more`, stored, { timeoutMs: 30_000, everyMs: 50 });
    },
    untilHolds: async (stream, count) => {
      const holds = async (): Promise<boolean> => (await messages(stream)) === count;
      await poll(`${stream} holds ${count} messages`, holds, { timeoutMs: 60_000, everyMs: 50 });
    },
    read: (stream) => readAll(nc, jsm, stream),
    settled: async (stream, timeoutMs = 60_000) => {
      const done = async (): Promise<boolean> => {
        const consumer = await jsm.consumers.info(stream, OWN_CONSUMER);
        return consumer.num_pending + consumer.num_ack_pending === 0;
      };
      await poll(`the consumer of ${stream} has nothing left`, done, { timeoutMs, everyMs: 100 });
    },
    close: () => nc.close(),
  };
}

async function readAll(nc: NatsConnection, jsm: JetStreamManager, stream: string): Promise<Read[]> {
  const count = (await jsm.streams.info(stream)).state.messages;
  const found: Read[] = [];
  if (count === 0) return found;
  const consumer = await jetstream(nc).consumers.get(stream);
  for await (const message of await consumer.consume({ max_messages: 4000 })) {
    const headers = new Map([...(message.headers ?? [])].map(([name, values]) => [name, values[0] ?? '']));
    found.push({ subject: message.subject, payload: message.string(), bytes: message.data, headers });
    if (found.length === count) break;
  }
  return found;
}

/** How often each id came: for counts that must be exact. */
export function idsOf(messages: readonly Read[]): Map<number, number> {
  const ids = new Map<number, number>();
  for (const { payload } of messages) {
    const { id } = JSON.parse(payload) as { id: number };
    ids.set(id, (ids.get(id) ?? 0) + 1);
  }
  return ids;
}
