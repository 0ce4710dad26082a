import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNatsCluster, type NatsServer } from '@streamjob/hack';
import { type PublishAnswer } from '@streamjob/nats';
import { ack, bytes, consumerConfig, open, Outsider, type Client } from './client.ts';
import { eventually } from './eventually.ts';

const COUNT = 3000;

describe('a cluster of three', () => {
  let servers: NatsServer[] = [];
  let client: Client;
  let outsider: Outsider;
  beforeAll(async () => {
    servers = await startNatsCluster(3);
    outsider = await Outsider.connect(
      { url: servers.map(({ url }) => url).join(',') },
      { servers: servers.map(({ url }) => url) },
    );
    await outsider.createStream('S', { num_replicas: 3 });
    client = await open(servers);
  }, 120_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    for (const server of servers) await server.stop();
  }, 60_000);
  async function leader(subject: string): Promise<NatsServer> {
    const { cluster } = await outsider.api<{ cluster: { leader: string } }>(subject);
    return servers.find(({ name }) => name === cluster.leader)!;
  }

  test('loses its leader under load: everything is stored, delivered and acked in the end', async () => {
    const { nats } = client;
    const { name } = (await nats.ensureConsumer('S', consumerConfig('job', { ackWaitMs: 3000 }))).info;
    const publisher = nats.publisher({ answerTimeoutMs: 2000 });
    const stored = new Set<number>();
    const failures = new Map<string, number>();
    const publish = (index: number): void => {
      const headers = [['Nats-Msg-Id', `id-${index}`]] as const;
      publisher.publish([{ subject: 'S.x', payload: bytes(String(index)), headers }], (_, answer) => {
        if (answer.kind === 'stored') stored.add(index);
        else retry(index, answer);
      });
    };
    const retry = (index: number, { kind }: PublishAnswer): void => {
      failures.set(kind, (failures.get(kind) ?? 0) + 1);
      setTimeout(() => {
        publish(index);
      }, 50);
    };
    const seen = new Map<number, number>();
    const pull = nats.pull({
      stream: 'S',
      consumer: name,
      onMessage: (delivery) => {
        seen.set(delivery.sequence, (seen.get(delivery.sequence) ?? 0) + 1);
        ack(nats, delivery);
        pull.request(1, 10_000);
      },
      onStatus: ({ messages }) => {
        pull.request(messages, messages * 10_000);
      },
    });
    pull.request(500, 5_000_000);
    for (let index = 0; index < COUNT / 2; index += 1) publish(index);
    await eventually('some came', () => seen.size > 100);
    const victim = await leader('STREAM.INFO.S');
    await victim.kill('SIGKILL');
    for (let index = COUNT / 2; index < COUNT; index += 1) publish(index);
    await eventually('all are stored', () => stored.size === COUNT, 90_000);
    await eventually('all came', () => seen.size === COUNT, 60_000);
    await eventually('all are acked', async () => (await settled(name)) === COUNT, 60_000);
    expect(failures.size).toBeGreaterThan(0);
    expect(
      [...failures.keys()].filter((kind) => !['no-responders', 'timeout', 'disconnected', 'refused'].includes(kind)),
    ).toEqual([]);
    await victim.restart();
    await publisher.close();
    await pull.stop();
  }, 180_000);

  async function settled(name: string): Promise<number> {
    try {
      return (await client.nats.consumerInfo('S', name)).ackFloor.stream;
    } catch {
      return -1;
    }
  }
});
