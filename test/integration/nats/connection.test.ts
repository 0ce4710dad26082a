import { afterEach, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import {
  ConfigurationError,
  connect,
  UnreachableError,
  type Delivery,
  type PublishAnswer,
  type PullStatus,
} from '@streamjob/nats';
import { ack, bytes, consumerConfig, open, Outsider, type Client } from './client.ts';
import { eventually } from './eventually.ts';

describe('connection', () => {
  const clean: (() => unknown)[] = [];
  afterEach(async () => {
    for (const each of clean.splice(0).reverse()) await each();
  });
  async function start(): Promise<NatsServer> {
    const server = await startNats();
    clean.push(() => server.stop());
    return server;
  }
  async function client(server: NatsServer | readonly NatsServer[]): Promise<Client> {
    const opened = await open(server);
    clean.push(() => opened.nats.close());
    return opened;
  }
  async function outsider(server: NatsServer): Promise<Outsider> {
    const other = await Outsider.connect(server);
    clean.push(() => other.nc.close());
    return other;
  }

  test('that can not be made says so, with the addresses and the cause', async () => {
    const refused = open({ url: 'nats://127.0.0.1:1' }, {}, 0);
    await expect(refused).rejects.toThrow(UnreachableError);
    await expect(refused).rejects.toThrow(/127\.0\.0\.1:1 can't be reached \(ECONNREFUSED\)/);
  });

  test('needs an inbox prefix that can be one', async () => {
    await expect(open({ url: '127.0.0.1:1' }, { inboxPrefix: 'a.>' })).rejects.toThrow(ConfigurationError);
  });

  test('waits for a server as long as it is told to', async () => {
    const server = await start();
    await server.kill('SIGKILL');
    const options = { signal: new AbortController().signal, patienceMs: 30_000 };
    const connecting = connect({ servers: [server.url], name: 'test' }, options);
    clean.push(async () => (await connecting).close());
    await server.restart();
    expect((await connecting).connected).toBe(true);
  }, 40_000);

  test('is given up when the signal says so, before and after it is made', async () => {
    const server = await start();
    const abort = new AbortController();
    const never = connect({ servers: ['127.0.0.1:1'], name: 'test' }, { signal: abort.signal, patienceMs: 60_000 });
    abort.abort(new Error('enough'));
    await expect(never).rejects.toThrow('enough');
    const { nats, abort: stop, events } = await client(server);
    stop.abort();
    expect(await nats.closed).toBeUndefined();
    expect(nats.connected).toBe(false);
    expect(events).toEqual([{ type: 'closed' }]);
    await expect(nats.streamInfo('S')).rejects.toThrow(UnreachableError);
    await expect(nats.flush()).rejects.toThrow(UnreachableError);
  });

  test('goes to another server of the list', async () => {
    const [first, second] = [await start(), await start()];
    const { nats, events } = await client([first, second]);
    const works = () =>
      nats.flush().then(
        () => true,
        () => false,
      );
    for (const server of [first, second]) {
      await server.kill('SIGKILL');
      await eventually('works on the other', works);
      await server.restart();
    }
    const moves = events.filter((event) => event.type === 'reconnected').map((event) => event.server);
    expect(moves.length).toBeGreaterThan(0);
    expect(moves.every((move) => [first, second].some(({ port }) => move.endsWith(`:${port}`)))).toBe(true);
  }, 40_000);

  test('outlives kill -9: what was in flight is told, nothing is kept for later, the rest goes on', async () => {
    const server = await start();
    const other = await outsider(server);
    await other.createStream('S');
    const { nats, events } = await client(server);
    const { name } = (await nats.ensureConsumer('S', consumerConfig('job', { ackWaitMs: 1000 }))).info;
    const deliveries: Delivery[] = [];
    const statuses: PullStatus[] = [];
    const pull = nats.pull({
      stream: 'S',
      consumer: name,
      onMessage: (each) => deliveries.push(each),
      onStatus: (each) => statuses.push(each),
    });
    await other.fill('S', 3);
    pull.request(10, 10_000);
    await eventually('delivered', () => deliveries.length === 3);
    const publisher = nats.publisher();
    const answers: PublishAnswer[] = [];
    const publish = () => {
      publisher.publish([{ subject: 'S.x', payload: bytes('') }], (_, answer) => answers.push(answer));
    };

    await server.kill('SIGKILL');
    publish();
    await eventually('noticed', () => !nats.connected);
    publish();
    expect(deliveries.map((each) => ack(nats, each))).toEqual([false, false, false]);
    expect(answers.length).toBeLessThanOrEqual(1);
    await eventually('answered', () => answers.length === 2);
    expect(answers).toEqual([{ kind: 'disconnected' }, { kind: 'disconnected' }]);
    expect(statuses).toEqual([{ type: 'disconnected', messages: 7 }]);
    expect(pull.asked).toBe(0);
    pull.request(10, 10_000);
    expect(pull.asked).toBe(10);

    await server.restart();
    await eventually('reconnected', () => nats.connected);
    const back = events.find((event) => event.type === 'reconnected');
    expect(back).toMatchObject({ epoch: 2 });
    expect(back?.downMs).toBeGreaterThan(0);
    nats.forgetBefore(nats.epoch);
    for (const each of deliveries.slice(0, 3)) expect(ack(nats, each)).toBe(true);
    await eventually('delivered again', () => deliveries.length === 6);
    expect(deliveries.slice(3).map(({ deliveries: count, epoch }) => [count, epoch])).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    const stale = await nats.consumerInfo('S', name);
    expect([stale.ackPending, stale.ackFloor.stream]).toEqual([3, 0]);
    for (const each of deliveries.slice(3)) ack(nats, each);
    await eventually('acked', async () => (await nats.consumerInfo('S', name)).ackFloor.stream === 3);
    publish();
    await eventually('stored', () => answers[2]?.kind === 'stored');
    await publisher.close();
    await pull.stop();
    expect((await nats.streamInfo('S')).state.messages).toBe(4);
  }, 40_000);

  test('notices a server that stands still by its missing heartbeats, and pulls on when it runs again', async () => {
    const server = await start();
    const other = await outsider(server);
    await other.createStream('S');
    const { nats } = await client(server);
    const { name } = (await nats.ensureConsumer('S', consumerConfig('job'))).info;
    const statuses: PullStatus[] = [];
    const payloads: string[] = [];
    const pull = nats.pull({
      stream: 'S',
      consumer: name,
      heartbeatMs: 200,
      onMessage: (each) => {
        payloads.push(new TextDecoder().decode(each.payload));
        ack(nats, each);
      },
      onStatus: (status) => {
        statuses.push(status);
        pull.request(status.messages, 10_000);
      },
    });
    pull.request(5, 10_000);
    await nats.flush();
    process.kill(server.pid(), 'SIGSTOP');
    await eventually('missed', () => statuses.some(({ type }) => type === 'missed-heartbeats'));
    process.kill(server.pid(), 'SIGCONT');
    await other.fill('S', 5);
    await eventually('all came', () => payloads.length === 5);
    expect(new Set(payloads).size).toBe(5);
    await pull.stop();
  }, 40_000);
});
