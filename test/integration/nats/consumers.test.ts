import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import {
  ConflictError,
  ConsumerNotFoundError,
  consumerMetadata,
  StreamNotFoundError,
  type ConsumerConfig,
  type StartFrom,
} from '@streamjob/nats';
import { consumerConfig, open, Outsider, type Client } from './client.ts';

describe('durable consumers', () => {
  let server: NatsServer;
  let outsider: Outsider;
  let client: Client;
  beforeAll(async () => {
    server = await startNats();
    outsider = await Outsider.connect(server);
    await outsider.createStream('S');
    await outsider.fill('S', 100);
    client = await open(server);
  }, 60_000);
  afterAll(async () => {
    await client.nats.close();
    await outsider.nc.close();
    await server.stop();
  });
  const ensure = (config: ConsumerConfig, adopt = false) => client.nats.ensureConsumer('S', config, { adopt });

  test.each<{ startFrom: StartFrom; pending: number }>([
    { startFrom: { policy: 'All' }, pending: 100 },
    { startFrom: { policy: 'New' }, pending: 0 },
    { startFrom: { policy: 'Last' }, pending: 1 },
    { startFrom: { policy: 'LastPerSubject' }, pending: 11 },
    { startFrom: { policy: 'Sequence', sequence: 91 }, pending: 10 },
    { startFrom: { policy: 'Time', time: '2020-01-01T00:00:00Z' }, pending: 100 },
  ])('from $startFrom are created once, and read back the same', async ({ startFrom, pending }) => {
    const config = consumerConfig(`start-${startFrom.policy.toLowerCase()}`, { startFrom });
    const created = await ensure(config);
    expect(created).toMatchObject({ result: 'created', info: { pending, stream: 'S', name: config.name } });
    expect(created.info.config).toMatchObject({ subjects: [], startFrom, ackWaitMs: 30_000, maxAckPending: 10_000 });
    expect(await ensure(config)).toMatchObject({ result: 'unchanged' });
  });

  test('follow what can change, and keep what others set', async () => {
    const config = consumerConfig('changes');
    await ensure(config);
    const paused = '2999-01-01T00:00:00Z';
    await outsider.api(`CONSUMER.PAUSE.S.${config.name}`, { pause_until: paused });
    for (const change of [
      { subjects: ['S.1'] },
      { subjects: ['S.1', 'S.2'] },
      { ackWaitMs: 1000 },
      { maxAckPending: 7 },
      { description: 'late flights' },
      { metadata: consumerMetadata({ clusterId: 'cluster', namespace: 'ns', name: 'changes', uid: 'uid-2' }) },
    ]) {
      const wish = { ...config, ...change };
      const updated = await ensure(wish);
      expect(updated.result).toBe('updated');
      expect(updated.info.config).toMatchObject(change);
      expect(updated.info.paused).toBe(true);
      expect((await ensure(wish)).result).toBe('unchanged');
      await ensure(config);
    }
  }, 30_000);

  test('refuse what can not change, by name', async () => {
    const config = consumerConfig('fixed');
    await ensure(config);
    const refused = ensure({ ...config, startFrom: { policy: 'New' } });
    await expect(refused).rejects.toThrow(ConflictError);
    await expect(refused).rejects.toMatchObject({ field: 'startFrom' });
  });

  test('of another cluster are left alone, unless they are to be adopted', async () => {
    const config = consumerConfig('shared');
    const theirs = {
      ...config,
      metadata: consumerMetadata({ clusterId: 'other', namespace: 'ns', name: 'shared', uid: 'u' }),
    };
    await ensure(theirs);
    await expect(ensure(config)).rejects.toThrow(/belongs to job ns\/shared of cluster other/);
    await expect(client.nats.deleteConsumer('S', config.name, { metadata: config.metadata })).rejects.toThrow(
      ConflictError,
    );
    expect((await ensure({ ...config, ackWaitMs: 5000 }, true)).result).toBe('adopted');
    expect((await client.nats.consumerInfo('S', config.name)).config).toMatchObject({
      metadata: config.metadata,
      ackWaitMs: 5000,
    });
    await expect(ensure(theirs)).rejects.toThrow(ConflictError);
  });

  test('that nobody signed are adopted as they are, but for what would break us', async () => {
    const config = consumerConfig('unsigned');
    await outsider.api(`CONSUMER.CREATE.S.${config.name}`, {
      stream_name: 'S',
      config: {
        durable_name: config.name,
        ack_policy: 'explicit',
        deliver_policy: 'all',
        max_deliver: 3,
        backoff: [1e9, 2e9],
        headers_only: true,
        inactive_threshold: 3600e9,
        max_waiting: 512,
      },
    });
    await expect(ensure(config)).rejects.toThrow(/belongs to nobody who signed it/);
    expect((await ensure(config, true)).result).toBe('adopted');
    expect((await ensure(config)).result).toBe('unchanged');
    const { config: now } = await outsider.api<{ config: Record<string, unknown> }>(`CONSUMER.INFO.S.${config.name}`);
    expect(now).toMatchObject({ max_deliver: -1, max_waiting: 512, ack_wait: 30e9 });
    expect([now.backoff, now.headers_only, now.inactive_threshold]).toEqual([undefined, undefined, undefined]);
  });

  test('that ack differently can not be adopted', async () => {
    const config = consumerConfig('none');
    await outsider.api(`CONSUMER.CREATE.S.${config.name}`, {
      stream_name: 'S',
      config: { durable_name: config.name, ack_policy: 'none', deliver_policy: 'all' },
    });
    await expect(ensure(config, true)).rejects.toMatchObject({ name: 'ConflictError', field: 'ackPolicy' });
  });

  test('are made once by two at once', async () => {
    const config = consumerConfig('race');
    const results = await Promise.all([ensure(config), ensure(config), ensure(config)]);
    expect(results.every(({ info }) => info.name === config.name)).toBe(true);
  });

  test('are deleted once', async () => {
    const config = consumerConfig('deleted');
    await ensure(config);
    const remove = () => client.nats.deleteConsumer('S', config.name, { metadata: config.metadata });
    expect([await remove(), await remove()]).toEqual(['deleted', 'absent']);
    expect(await client.nats.deleteConsumer('NONE', config.name, { metadata: config.metadata })).toBe('absent');
  });

  test('that are missing, and missing streams, are told apart', async () => {
    await expect(client.nats.consumerInfo('S', 'none')).rejects.toThrow(ConsumerNotFoundError);
    await expect(client.nats.consumerInfo('NONE', 'none')).rejects.toThrow(StreamNotFoundError);
    await expect(client.nats.ensureConsumer('NONE', consumerConfig('x'))).rejects.toThrow(StreamNotFoundError);
  });

  test('an aborted question rejects with the reason', async () => {
    const abort = new AbortController();
    const asked = client.nats.consumerInfo('S', 'none', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('a JetStream that drops what it does not know', () => {
  test.each([
    { field: 'metadata', feature: 'consumer metadata', subjects: [] },
    { field: 'filter_subjects', feature: 'several filter subjects', subjects: ['a', 'b'] },
  ])('is told to be too old without $field', async ({ field, feature, subjects }) => {
    const server = await startNats({ jetstream: false });
    const old = await Outsider.connect(server);
    const notFound = { error: { code: 404, err_code: 10014, description: 'consumer not found' } };
    old.nc.subscribe('$JS.API.CONSUMER.INFO.*.*', {
      callback: (_, message) => void message.respond(JSON.stringify(notFound)),
    });
    old.nc.subscribe('$JS.API.CONSUMER.CREATE.*.*', {
      callback: (_, message) => {
        const { config } = message.json<{ config: Record<string, unknown> }>();
        message.respond(JSON.stringify({ name: config.name, config: { ...config, [field]: undefined } }));
      },
    });
    await old.nc.flush();
    const { nats } = await open(server);
    const refused = nats.ensureConsumer('S', consumerConfig('job', { subjects }));
    await expect(refused).rejects.toMatchObject({ name: 'TooOldError', feature });
    await nats.close();
    await old.nc.close();
    await server.stop();
  });
});
