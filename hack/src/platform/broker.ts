import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** What the people who run NATS do with it: streams, and looking into them. */
export type Broker = {
  readonly connection: NatsConnection;
  ensureStream(name: string, subjects: readonly string[]): Promise<void>;
  /** 0 when the stream is empty or does not exist. */
  lastSequence(stream: string): Promise<number>;
  /** Messages of a consumer that are pending or not yet acknowledged. */
  unfinished(stream: string, consumer: string): Promise<number>;
  /** Messages of the stream after a sequence, in order, ending with the last one there is when reading begins. */
  readAfter(stream: string, sequence: number, subjects?: readonly string[]): AsyncGenerator<JsMsg>;
  close(): Promise<void>;
};

export async function connectBroker(url: string, user: string, pass: string): Promise<Broker> {
  const connection = await connect({ servers: url, user, pass, name: 'hack', maxReconnectAttempts: -1 });
  const manager = await jetstreamManager(connection);
  const lastSequence = async (stream: string): Promise<number> => {
    const found = await manager.streams.info(stream).catch(() => undefined);
    return found?.state.last_seq ?? 0;
  };
  return {
    connection,
    lastSequence,
    async ensureStream(name, subjects) {
      const config = { name, subjects: [...subjects], allow_direct: true };
      const known = await manager.streams.info(name).catch(() => undefined);
      if (known === undefined) await manager.streams.add(config);
      else await manager.streams.update(name, config);
    },
    async unfinished(stream, consumer) {
      const { num_pending, num_ack_pending } = await manager.consumers.info(stream, consumer);
      return num_pending + num_ack_pending;
    },
    async *readAfter(stream, sequence, subjects = ['>']) {
      const end = await lastSequence(stream);
      if (end <= sequence) return;
      yield* readUntilEnd(connection, stream, { sequence: sequence + 1, end, subjects });
    },
    close: () => connection.drain(),
  };
}

type Range = { readonly sequence: number; readonly end: number; readonly subjects: readonly string[] };

async function* readUntilEnd(connection: NatsConnection, stream: string, range: Range): AsyncGenerator<JsMsg> {
  const manager = await jetstreamManager(connection);
  const { name } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: range.sequence,
    filter_subjects: [...range.subjects],
    mem_storage: true,
    inactive_threshold: 60_000_000_000,
  });
  const consumer = await jetstream(connection).consumers.get(stream, name);
  try {
    if ((await consumer.info()).num_pending === 0) return;
    for await (const message of await consumer.consume({ max_messages: 5_000 })) {
      if (message.seq > range.end) return;
      yield message;
      if (message.info.pending === 0) return;
    }
  } finally {
    await manager.consumers.delete(stream, name);
  }
}
