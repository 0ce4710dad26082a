import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import {
  BucketNotFoundError,
  PermissionError,
  type BucketState,
  type BucketWatch,
  type Nats,
  type NatsError,
  type WatchBucketOptions,
} from '@streamjob/nats';
import { open, Outsider, text, type Client } from './client.ts';
import { eventually } from './eventually.ts';
import { SecretDir } from './secret-dir.ts';

const users = {
  admin: {},
  reader: {
    publish: ['$JS.API.STREAM.INFO.KV_B', '$JS.API.CONSUMER.CREATE.KV_B.>', '$JS.API.CONSUMER.MSG.NEXT.KV_B.*'],
    subscribe: ['_INBOX.>'],
  },
  stranger: { publish: ['$JS.API.STREAM.INFO.KV_B'], subscribe: ['_INBOX.>'] },
};
const config = `accounts {
  A { jetstream: enabled, users: [${Object.entries(users)
    .map(([user, permissions]) => `{ user: ${user}, password: p, permissions: ${JSON.stringify(permissions)} }`)
    .join(',\n')}] }
}`;

describe('watching a bucket', () => {
  let server: NatsServer;
  let admin: Outsider;
  const clean: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startNats({ config });
    admin = await Outsider.connect(server, { user: 'admin', pass: 'p' });
  }, 60_000);
  afterEach(async () => {
    for (const each of clean.splice(0).reverse()) await each();
    await admin.api('STREAM.DELETE.KV_B').catch(() => undefined);
  });
  afterAll(async () => {
    await admin.nc.close();
    await server.stop();
  });

  async function openAs(user: string): Promise<Client> {
    const dir = new SecretDir({ username: user, password: 'p' });
    const client = await open(server, { credentialsDir: dir.path });
    clean.push(async () => {
      await client.nats.close();
      dir.remove();
    });
    return client;
  }
  const create = async (more: object = {}) =>
    admin.createStream('KV_B', {
      subjects: ['$KV.B.>'],
      max_msgs_per_subject: 1,
      allow_direct: true,
      allow_rollup_hdrs: true,
      deny_delete: true,
      discard: 'new',
      ...more,
    });
  const put = async (key: string, value: string, headers = '') =>
    admin.nc.request(`$KV.B.${key}`, value, { timeout: 5_000, ...(headers !== '' && { headers: headersOf(headers) }) });
  const headersOf = (line: string) => {
    const [name = '', value = ''] = line.split(': ');
    const all = admin.headers();
    all.set(name, value);
    return all;
  };

  /** What a user of the watch knows, as it should be kept. */
  function follow(nats: Nats, change: Partial<WatchBucketOptions> = {}) {
    const seen = { values: new Map<string, string | undefined>(), fresh: new Set<string>() };
    const state = { caughtUp: false, begins: [] as BucketState[], troubles: [] as NatsError[] };
    const watch: BucketWatch = nats.watchBucket('B', {
      onBegin: (bucket) => {
        state.begins.push(bucket);
        state.caughtUp = false;
        seen.fresh.clear();
        return 'Values';
      },
      onEntry: ({ key, value }) => {
        seen.fresh.add(key);
        seen.values.set(key, text(value));
      },
      onDelete: (key) => {
        seen.fresh.add(key);
        seen.values.set(key, undefined);
      },
      onCaughtUp: () => {
        for (const key of seen.values.keys()) if (!seen.fresh.has(key)) seen.values.delete(key);
        state.caughtUp = true;
      },
      onTrouble: (error) => {
        state.troubles.push(error);
        state.caughtUp = false;
      },
      known: () => seen.values.size,
      ...change,
    });
    clean.push(() => {
      watch.stop();
    });
    const known = () => Object.fromEntries([...seen.values].filter(([, value]) => value !== undefined).sort());
    return { watch, state, known };
  }

  const caughtUp = (state: { caughtUp: boolean; troubles: NatsError[] }) =>
    eventually('it is caught up', () => state.caughtUp).catch((error: unknown) => {
      throw new Error(state.troubles.map(({ message }) => message).join('; '), { cause: error });
    });

  test('brings the last value of every key, then every change', async () => {
    await create({ max_msgs_per_subject: 5 });
    for (const [key, value] of [
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
      ['c.d', '3'],
    ] as const)
      await put(key, value);
    await put('b', '', 'KV-Operation: DEL');
    const { nats } = await openAs('reader');
    const { state, known, watch } = follow(nats);
    await caughtUp(state);
    expect(known()).toEqual({ a: '2', 'c.d': '3' });
    expect(state.begins[0]).toMatchObject({ messages: 5, keys: 3, maxAgeMs: 0, ttlPerKey: false });
    await put('b', '4');
    await put('a', '', 'KV-Operation: PURGE');
    await eventually('the changes are known', () => known().b === '4' && !('a' in known()));
    watch.stop();
    expect(state.troubles).toEqual([]);
  });

  test('an empty bucket is caught up at once', async () => {
    await create();
    const { state } = follow((await openAs('reader')).nats);
    await caughtUp(state);
  });

  test('loads a large bucket in order, while it changes', async () => {
    await create();
    for (let index = 0; index < 20_000; index += 1) admin.nc.publish(`$KV.B.k${index}`, 'x'.repeat(500));
    await put('last', '1');
    const { state, known } = follow((await openAs('reader')).nats);
    let writes = 0;
    await eventually('it is caught up', async () => {
      await put('hot', String((writes += 1)));
      return state.caughtUp;
    });
    await eventually('the last change is known', () => known().hot === String(writes));
    expect(Object.keys(known())).toHaveLength(20_002);
    expect(state.troubles).toEqual([]);
  }, 60_000);

  test('a bucket that does not exist is told by name, and watched when it does', async () => {
    const { state, known } = follow((await openAs('reader')).nats);
    const error = await eventually('it is told', () => state.troubles.at(-1));
    expect(error).toBeInstanceOf(BucketNotFoundError);
    expect(error).toMatchObject({ bucket: 'B' });
    await create();
    await put('a', '1');
    await eventually('it is caught up', () => state.caughtUp && known().a === '1');
  });

  test('a bucket that is deleted and made again has none of the old values', async () => {
    await create();
    await put('old', '1');
    await put('both', '1');
    const { state, known } = follow((await openAs('reader')).nats);
    await caughtUp(state);
    await admin.api('STREAM.DELETE.KV_B');
    await eventually('the loss is told', () => !state.caughtUp);
    await create();
    await put('both', '2');
    await eventually('it is caught up again', () => state.caughtUp && known().both === '2');
    expect(known()).toEqual({ both: '2' });
  });

  test('is not caught up while the server is away, and knows all that changed meanwhile', async () => {
    await create();
    await put('kept', '1');
    const { state, known } = follow((await openAs('reader')).nats);
    await caughtUp(state);
    await server.kill('SIGKILL');
    await eventually('the break is told', () => !state.caughtUp);
    await server.restart();
    await eventually('it is caught up again', () => state.caughtUp);
    await eventually('a change comes', async () => {
      await put('new', '2').catch(() => undefined);
      return known().new === '2';
    });
    expect(known()).toEqual({ kept: '1', new: '2' });
  }, 60_000);

  test('a purge that consumers are not told of is found out', async () => {
    await create({ deny_delete: false });
    for (const key of ['a', 'b', 'c']) await put(key, '1');
    const { state, known } = follow((await openAs('reader')).nats, { auditMs: 100 });
    await caughtUp(state);
    await admin.api('STREAM.PURGE.KV_B', { filter: '$KV.B.b' });
    await eventually('the key is gone', () => state.caughtUp && !('b' in known()));
    expect(known()).toEqual({ a: '1', c: '1' });
  });

  test('a missing permission is told with its subject', async () => {
    await create();
    const { state } = follow((await openAs('stranger')).nats);
    const error = await eventually('it is told', () => state.troubles.at(-1));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({
      subject: expect.stringMatching(/^\$JS\.API\.CONSUMER\.CREATE\.KV_B\.sj-watch-\w+\.\$KV\.B\.>$/),
    });
  });

  test('tells how long values live, and when they expired', async () => {
    await create({ max_age: 60e9, allow_msg_ttl: true, subject_delete_marker_ttl: 60e9 });
    const lives = new Map<string, number | undefined>();
    const { known, state } = follow((await openAs('reader')).nats, {
      onEntry: ({ key, livesMs }) => void lives.set(key, livesMs),
      onDelete: (key) => void lives.delete(key),
    });
    await caughtUp(state);
    await put('long', '1');
    await put('short', '1', 'Nats-TTL: 1s');
    await eventually('both came', () => lives.size === 2);
    expect([...lives]).toEqual([
      ['long', 60_000],
      ['short', 1_000],
    ]);
    await eventually('the short one is told as deleted', () => !lives.has('short'));
    expect(known()).toEqual({});
  });

  describe('changes only', () => {
    test('tells keys without values, and reads single ones from the leader', async () => {
      await create();
      await put('a', '1');
      const { nats } = await openAs('admin');
      const entries: string[] = [];
      const { state, watch } = follow(nats, {
        onBegin: () => 'Changes',
        onEntry: ({ key, value }) => void entries.push(`${key}=${text(value)}`),
      });
      await caughtUp(state);
      expect(await watch.get('a')).toMatchObject({ key: 'a', revision: 1 });
      expect(text((await watch.get('a'))!.value)).toBe('1');
      for (const none of ['b', '>', '*', 'a b', '', 'a.', '.a', 'a.>']) expect(await watch.get(none)).toBeUndefined();
      await put('a', '2');
      await eventually('the change is told', () => entries.length === 1);
      expect(entries).toEqual(['a=']);
      await put('a', '', 'KV-Operation: DEL');
      await eventually('it is gone', async () => (await watch.get('a')) === undefined);
    });
  });
});
