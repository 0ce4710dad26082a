import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { type Delivery, type PullOptions, type PullStatus } from '@streamjob/nats';
import { ack, bytes, consumerConfig, open, Outsider, publishAll, text, type Client } from './client.ts';
import { eventually } from './eventually.ts';

describe('pull', () => {
  let server: NatsServer;
  let outsider: Outsider;
  let client: Client;
  let streams = 0;
  beforeAll(async () => {
    server = await startNats();
    outsider = await Outsider.connect(server);
    client = await open(server);
  }, 60_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    await server.stop();
  });
  /** A stream of `count` messages and a durable consumer on it. */
  async function source(count: number, change = {}): Promise<{ stream: string; consumer: string }> {
    streams += 1;
    const stream = `S${streams}`;
    await outsider.createStream(stream);
    if (count > 0) await outsider.fill(stream, count);
    const { info } = await client.nats.ensureConsumer(stream, consumerConfig('job', change));
    return { stream, consumer: info.name };
  }
  function pulling(options: Pick<PullOptions, 'stream' | 'consumer'> & Partial<PullOptions>, from = client) {
    const deliveries: Delivery[] = [];
    const statuses: PullStatus[] = [];
    const pull = from.nats.pull({
      onMessage: (each) => deliveries.push(each),
      onStatus: (each) => statuses.push(each),
      ...options,
    });
    return { pull, deliveries, statuses };
  }
  const stands = async (place: { stream: string; consumer: string }) =>
    client.nats.consumerInfo(place.stream, place.consumer);

  test('brings what was asked for and not one more', async () => {
    const place = await source(50);
    const { pull, deliveries } = pulling(place);
    pull.request(20, 1_000_000);
    expect(pull.asked).toBe(20);
    await eventually('20 came', () => deliveries.length === 20);
    expect(pull.asked).toBe(0);
    pull.request(5, 1_000_000);
    pull.request(5, 1_000_000);
    await eventually('10 more came', () => deliveries.length === 30);
    await client.nats.flush();
    expect(deliveries).toHaveLength(30);
    expect(await stands(place)).toMatchObject({ pending: 20, ackPending: 30 });
    expect(deliveries[0]).toMatchObject({
      stream: place.stream,
      consumer: place.consumer,
      sequence: 1,
      consumerSequence: 1,
      deliveries: 1,
      epoch: 1,
    });
    expect(deliveries.map(({ payload }) => text(payload))).toEqual(
      Array.from({ length: 30 }, (_, index) => String(index + 1)),
    );
    await pull.stop();
  });

  test('keeps up with many small asks', async () => {
    const place = await source(2000);
    let received = 0;
    const pull = client.nats.pull({
      ...place,
      onMessage: (each) => {
        received += 1;
        ack(client.nats, each);
        pull.request(1, 1000);
      },
    });
    for (let index = 0; index < 50; index += 1) pull.request(1, 1000);
    await eventually('all came', () => received === 2000);
    expect(pull.asked).toBe(50);
    await eventually('all are acked', async () => (await stands(place)).ackFloor.stream === 2000);
    await pull.stop();
  }, 30_000);

  test('lets nobody starve: each worker has what it asked for', async () => {
    const place = await source(300);
    const others = await Promise.all([open(server), open(server)]);
    const [greedy, ...modest] = [client, ...others].map((each) => pulling(place, each));
    greedy!.pull.request(100, 1_000_000);
    await eventually('the first has its share', () => greedy!.deliveries.length === 100);
    for (const { pull } of modest) pull.request(50, 1_000_000);
    await eventually('the others too', () => modest.every(({ deliveries }) => deliveries.length === 50));
    const all = [greedy!, ...modest].flatMap(({ deliveries }) => deliveries.map(({ sequence }) => sequence));
    expect(new Set(all).size).toBe(200);
    for (const { pull } of [greedy!, ...modest]) await pull.stop();
    for (const { nats } of others) await nats.close();
  });

  test('tells of asks that expired, and only of what is left of them', async () => {
    const place = await source(3);
    const { pull, deliveries, statuses } = pulling({ ...place, expiresMs: 500, heartbeatMs: 100 });
    pull.request(10, 1_000_000);
    await eventually('expired', () => statuses.length === 1);
    expect(deliveries).toHaveLength(3);
    expect(statuses).toEqual([{ type: 'expired', messages: 7, text: 'Request Timeout' }]);
    expect(pull.asked).toBe(0);
    await pull.stop();
  });

  test('waits long for messages while heartbeats come', async () => {
    const place = await source(0);
    const { pull, deliveries, statuses } = pulling({ ...place, heartbeatMs: 100 });
    pull.request(1, 1000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(statuses).toEqual([]);
    await outsider.fill(place.stream, 1);
    await eventually('came', () => deliveries.length === 1);
    await pull.stop();
  });

  test('keeps to the bytes, and brings a message that is larger all the same', async () => {
    const place = await source(0);
    const sizes = [100, 50_000, 100, 60_000, 100];
    await publishAll(
      client.nats,
      sizes.map((size) => ({ subject: `${place.stream}.x`, payload: bytes('x'.repeat(size)) })),
    );
    const statuses: PullStatus[] = [];
    const received: number[] = [];
    const pull = client.nats.pull({
      ...place,
      onMessage: ({ payload }) => received.push(payload.length),
      onStatus: (status) => {
        statuses.push(status);
        pull.request(status.messages, 2000);
      },
    });
    pull.request(10, 2000);
    await eventually('all came', () => received.length === 5);
    expect(received).toEqual(sizes);
    expect(new Set(statuses.map(({ type }) => type))).toEqual(new Set(['bytes-used']));
    expect(statuses.length).toBeLessThan(30);
    await pull.stop();
  });

  test('says that its consumer was deleted, or was never there, without a flood', async () => {
    const place = await source(0);
    const { pull, statuses } = pulling(place);
    pull.request(3, 1000);
    await client.nats.flush();
    await outsider.api(`CONSUMER.DELETE.${place.stream}.${place.consumer}`);
    await eventually('told', () => statuses.length === 1);
    expect(statuses[0]).toMatchObject({ type: 'consumer-missing', messages: 3 });
    pull.request(3, 1000);
    await eventually('told again', () => statuses.length === 2);
    expect(statuses[1]).toMatchObject({ type: 'no-responders', messages: 3 });
    await pull.stop();
  });

  test('leaves nothing behind when it stops in the middle', async () => {
    const place = await source(5000);
    const { pull, deliveries } = pulling(place);
    pull.request(4000, 100_000_000);
    await eventually('some came', () => deliveries.length > 0);
    await pull.stop();
    const received = deliveries.length;
    const { ackPending, pending } = await stands(place);
    expect(ackPending).toBe(received);
    expect(pending).toBe(5000 - received);
    client.nats.settle(deliveries.map(({ reply, epoch }) => ({ reply, epoch, as: 'nak' as const })));
    const next = pulling(place);
    next.pull.request(5000, 100_000_000);
    await eventually('all came at once', () => next.deliveries.length === 5000);
    expect(new Set(next.deliveries.map(({ sequence }) => sequence)).size).toBe(5000);
    await next.pull.stop();
  }, 30_000);

  test('settles in every way', async () => {
    const place = await source(4, { ackWaitMs: 500 });
    const { pull, deliveries } = pulling(place);
    pull.request(20, 1_000_000);
    await eventually('all came', () => deliveries.length === 4);
    const [acked, nakked, delayed, ended] = deliveries.map(({ reply, epoch }) => ({ reply, epoch }));
    const extend = setInterval(() => client.nats.settle([{ ...delayed!, as: 'working' }]), 100);
    client.nats.settle([
      { ...acked!, as: 'ack' },
      { ...nakked!, as: 'nak' },
      { ...ended!, as: 'term' },
    ]);
    await eventually('given back at once', () => deliveries.length === 5);
    client.nats.settle([{ reply: deliveries[4]!.reply, epoch: 1, as: 'ack' }]);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    clearInterval(extend);
    expect(deliveries).toHaveLength(5);
    const before = performance.now();
    client.nats.settle([{ ...delayed!, as: 'nak', delayMs: 300 }]);
    await eventually('given back later', () => deliveries.length === 6);
    expect(performance.now() - before).toBeGreaterThan(250);
    expect(deliveries.slice(4).map(({ sequence, deliveries: count }) => [sequence, count])).toEqual([
      [2, 2],
      [3, 2],
    ]);
    client.nats.settle([{ reply: deliveries[5]!.reply, epoch: 1, as: 'ack' }]);
    await eventually('nothing is left', async () => (await stands(place)).ackFloor.stream === 4);
    await pull.stop();
  });

  test('hands over headers whatever a producer wrote', async () => {
    const place = await source(0);
    await publishAll(client.nats, [
      {
        subject: `${place.stream}.x`,
        payload: bytes('1'),
        headers: [
          ['A', 'ü'],
          ['a', '2'],
          ['A', '3'],
        ],
      },
    ]);
    const { pull, deliveries } = pulling(place);
    pull.request(1, 1000);
    await eventually('came', () => deliveries.length === 1);
    expect(deliveries[0]!.headers.entries).toEqual([
      ['A', 'ü'],
      ['a', '2'],
      ['A', '3'],
    ]);
    expect(deliveries[0]!.timestampNs).toBe(BigInt(deliveries[0]!.timestamp));
    await pull.stop();
  });
});
