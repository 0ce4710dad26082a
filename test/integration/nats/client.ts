import { connect as dial, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import {
  connect,
  consumerMetadata,
  consumerName,
  type ConnectionEvent,
  type ConnectionSpec,
  type ConsumerConfig,
  type Delivery,
  type Nats,
  type Publication,
  type PublishAnswer,
} from '@streamjob/nats';

type Server = { readonly url: string };
export type Client = { readonly nats: Nats; readonly events: ConnectionEvent[]; readonly abort: AbortController };

/** A connection of ours, with all its events noted. */
export async function open(
  server: Server | readonly Server[],
  spec: Partial<ConnectionSpec> = {},
  patienceMs = 15_000,
): Promise<Client> {
  const servers = [server].flat().map(({ url }) => url);
  const events: ConnectionEvent[] = [];
  const abort = new AbortController();
  const on = (event: ConnectionEvent) => void events.push(event);
  const nats = await connect(
    { servers, name: 'test', ...spec },
    { signal: abort.signal, on, patienceMs, credentialsPollMs: 50 },
  );
  return { nats, events, abort };
}

/** A plain connection, as somebody else's; it makes streams and reads what really happened. */
export class Outsider {
  readonly nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.nc = nc;
  }

  static async connect(server: Server, options: object = {}): Promise<Outsider> {
    return new Outsider(
      await dial({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50, ...options }),
    );
  }

  headers(): MsgHdrs {
    return headers();
  }

  async api<T = Record<string, unknown>>(subject: string, body: object = {}): Promise<T> {
    const answer = (await this.nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5000 })).json<
      T & { error?: { description: string } }
    >();
    if (answer.error !== undefined) throw new Error(`${subject}: ${answer.error.description}`);
    return answer;
  }

  async createStream(name: string, config: object = {}): Promise<void> {
    const base = {
      name,
      subjects: [`${name}.>`],
      retention: 'limits',
      storage: 'file',
      discard: 'old',
      num_replicas: 1,
    };
    await this.api(`STREAM.CREATE.${name}`, { ...base, ...config });
  }

  /** Fills a stream with `count` messages, each with its number as payload. */
  async fill(stream: string, count: number): Promise<void> {
    for (let index = 1; index < count; index += 1) this.nc.publish(`${stream}.${index % 10}`, String(index));
    await this.nc.request(`${stream}.last`, String(count), { timeout: 10_000 });
  }
}

const id = (name: string) => ({ clusterId: 'cluster', namespace: 'ns', name, uid: 'uid' });

export function consumerConfig(name: string, change: Partial<ConsumerConfig> = {}): ConsumerConfig {
  return {
    name: consumerName(id(name)),
    subjects: [],
    startFrom: { policy: 'All' },
    ackWaitMs: 30_000,
    maxAckPending: 10_000,
    metadata: consumerMetadata(id(name)),
    ...change,
  };
}

/** Publishes a batch and resolves with all of its answers, in order; rejects when one comes twice. */
export function publishAll(
  nats: Nats,
  batch: readonly Publication[],
  answerTimeoutMs = 5000,
): Promise<PublishAnswer[]> {
  const publisher = nats.publisher({ answerTimeoutMs });
  const answers: PublishAnswer[] = [];
  return new Promise<PublishAnswer[]>((resolve, reject) => {
    let left = batch.length;
    publisher.publish(batch, (index, answer) => {
      if (answers[index] !== undefined) reject(new Error(`${index} was answered twice`));
      answers[index] = answer;
      left -= 1;
      if (left === 0) resolve(answers);
    });
  }).finally(() => publisher.close());
}

export const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
export const bytes = (payload: string): Uint8Array => new TextEncoder().encode(payload);
export const ack = (nats: Nats, { reply, epoch }: Delivery): boolean => nats.settle([{ reply, epoch, as: 'ack' }]);
