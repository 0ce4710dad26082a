import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { PermissionError, StreamNotFoundError, type ConnectionSpec, type PullStatus } from '@streamjob/nats';
import { ack, bytes, consumerConfig, open, Outsider, publishAll } from './client.ts';
import { eventually } from './eventually.ts';
import { SecretDir } from './secret-dir.ts';

const wanted = consumerConfig('job');
const { name } = wanted;
const worker = [
  `$JS.API.CONSUMER.INFO.IN.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.IN.${name}`,
  `$JS.ACK.IN.${name}.>`,
  'OUT.>',
];
const users = {
  admin: {},
  worker: { publish: worker, subscribe: ['_INBOX_worker.>'] },
  idle: { publish: [`$JS.API.CONSUMER.INFO.IN.${name}`], subscribe: ['_INBOX.>'] },
  deaf: { publish: ['>'], subscribe: ['nothing'] },
};
const config = `accounts {
  A { jetstream: enabled, users: [${Object.entries(users)
    .map(([user, permissions]) => `{ user: ${user}, password: p, permissions: ${JSON.stringify(permissions)} }`)
    .join(',\n')}] }
  B { jetstream: enabled, users: [{ user: stranger, password: p }] }
}`;

describe('permissions and accounts', () => {
  let server: NatsServer;
  let admin: Outsider;
  const clean: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startNats({ config });
    admin = await Outsider.connect(server, { user: 'admin', pass: 'p' });
    await admin.createStream('IN');
    await admin.createStream('OUT');
    const { nats } = await openAs('admin');
    await nats.ensureConsumer('IN', wanted);
  }, 60_000);
  afterAll(async () => {
    for (const each of clean.reverse()) await each();
    await admin.nc.close();
    await server.stop();
  });
  async function openAs(user: string, spec: Partial<ConnectionSpec> = {}) {
    const dir = new SecretDir({ username: user, password: 'p' });
    const client = await open(server, { credentialsDir: dir.path, ...spec });
    clean.push(async () => {
      await client.nats.close();
      dir.remove();
    });
    return client;
  }

  test('a worker gets by with what its documentation says', async () => {
    const { nats, events } = await openAs('worker', { inboxPrefix: '_INBOX_worker' });
    await admin.fill('IN', 10);
    let received = 0;
    const pull = nats.pull({
      stream: 'IN',
      consumer: name,
      onMessage: (delivery) => {
        received += 1;
        ack(nats, delivery);
      },
    });
    pull.request(10, 1_000_000);
    await eventually('all came', () => received === 10);
    expect(await publishAll(nats, [{ subject: 'OUT.x', payload: bytes('1') }])).toMatchObject([{ kind: 'stored' }]);
    await eventually('all are acked', async () => (await nats.consumerInfo('IN', name)).ackFloor.stream === 10);
    await pull.stop();
    expect(events).toEqual([]);
  });

  test('a refused publication is told apart from those around it', async () => {
    const { nats, events } = await openAs('worker', { inboxPrefix: '_INBOX_worker' });
    const batch = ['OUT.a', 'SECRET.b', 'OUT.c', 'SECRET."d\\'].map((subject) => ({ subject, payload: bytes('') }));
    expect(await publishAll(nats, batch)).toMatchObject([
      { kind: 'stored' },
      { kind: 'permission', subject: 'SECRET.b' },
      { kind: 'stored' },
      { kind: 'permission', subject: 'SECRET."d\\' },
    ]);
    expect(events).toEqual([
      { type: 'permission', operation: 'publish', subject: 'SECRET.b' },
      { type: 'permission', operation: 'publish', subject: 'SECRET."d\\' },
    ]);
  });

  test('a refused question names its subject', async () => {
    const { nats } = await openAs('worker', { inboxPrefix: '_INBOX_worker' });
    const refused = nats.streamInfo('IN');
    await expect(refused).rejects.toThrow(PermissionError);
    await expect(refused).rejects.toMatchObject({ operation: 'publish', subject: '$JS.API.STREAM.INFO.IN' });
  });

  test('a refused look at the account is no event', async () => {
    const { nats, events } = await openAs('worker', { inboxPrefix: '_INBOX_worker' });
    expect(await nats.account({ timeoutMs: 2000 })).toBeUndefined();
    expect(events).toEqual([]);
  });

  test('a refused pull says so and does not flood the server', async () => {
    const { nats, events } = await openAs('idle');
    const statuses: PullStatus[] = [];
    const pull = nats.pull({
      stream: 'IN',
      consumer: name,
      onMessage: () => undefined,
      onStatus: (status) => {
        statuses.push(status);
        pull.request(1, 1000);
      },
    });
    pull.request(1, 1000);
    await eventually('refused three times', () => statuses.length >= 3);
    expect(statuses[0]).toEqual({ type: 'permission-denied', messages: 1 });
    expect(events[0]).toEqual({
      type: 'permission',
      operation: 'publish',
      subject: `$JS.API.CONSUMER.MSG.NEXT.IN.${name}`,
    });
    expect(events.length).toBeLessThan(10);
    await pull.stop();
  });

  test('a refused inbox is told, not waited for', async () => {
    const { nats } = await openAs('deaf');
    await expect(nats.streamInfo('IN')).rejects.toMatchObject({ name: 'PermissionError', operation: 'subscribe' });
    expect(await publishAll(nats, [{ subject: 'OUT.x', payload: bytes('') }])).toMatchObject([{ kind: 'permission' }]);
    const statuses: PullStatus[] = [];
    const pull = nats.pull({
      stream: 'IN',
      consumer: name,
      onMessage: () => undefined,
      onStatus: (status) => statuses.push(status),
    });
    pull.request(5, 1000);
    await eventually('refused', () => statuses.length > 0);
    expect(statuses).toEqual([{ type: 'permission-denied', messages: 5 }]);
    await pull.stop();
  });

  test('accounts do not see each other', async () => {
    const [ours, theirs] = [await openAs('admin'), await openAs('stranger')];
    expect([await ours.nats.account(), await theirs.nats.account()]).toEqual(['A', 'B']);
    await expect(theirs.nats.streamInfo('IN')).rejects.toThrow(StreamNotFoundError);
    expect(await theirs.nats.findStreamBySubject('IN.x')).toBeUndefined();
    expect(await publishAll(theirs.nats, [{ subject: 'IN.x', payload: bytes('') }])).toEqual([
      { kind: 'no-responders' },
    ]);
  });
});
