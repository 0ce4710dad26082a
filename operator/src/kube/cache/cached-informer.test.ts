import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@streamjob/telemetry';
import { createFakeClock, settle, type FakeClock } from '../../runtime/testing/fake-clock.ts';
import { ExpiredError, ForbiddenError, TooManyRequestsError, unreachable } from '../errors.ts';
import { keyOf, type KubeObject } from '../objects.ts';
import { resources } from '../resources.ts';
import { createFakeApi, pod, type FakeApi } from '../testing/fake-api.ts';
import { CachedInformer } from './cached-informer.ts';
import { type InformerOptions } from './informer.ts';

let fake: FakeApi;
let clock: FakeClock;
let stop: AbortController;
let ended: Promise<void>;
const details = { status: 0, reason: '', causes: [] };

beforeEach(() => {
  fake = createFakeApi();
  clock = createFakeClock();
  stop = new AbortController();
  ended = Promise.resolve();
});
afterEach(async () => {
  stop.abort();
  await settle();
  await ended;
});

function start(options: InformerOptions<KubeObject> & { namespaces?: string[] } = {}) {
  const { namespaces = [], ...rest } = options;
  const cache = { api: fake.api, namespaces, clock, log: silentLogger, random: () => 0.5 };
  const informer = new CachedInformer<KubeObject>(resources.pods, cache, rest);
  const keys: string[] = [];
  informer.subscribe(
    (object) => [keyOf(object.metadata)],
    (key) => void keys.push(key),
  );
  ended = informer.run(stop.signal);
  return { informer, keys };
}

const page = (version: number, ...items: KubeObject[]) => ({ items, resourceVersion: String(version) });
const last = () => fake.watches.at(-1)!;

describe('informer', () => {
  test('lists page by page, then watches from there', async () => {
    fake.onList = ({ continue: token }) =>
      token === undefined ? { ...page(10, pod('a', 1)), continue: 'next' } : page(10, pod('b', 2));
    const { informer, keys } = start({ labelSelector: 'x=y' });
    expect(informer.hasSynced).toBe(false);
    await settle();
    expect(informer.hasSynced).toBe(true);
    expect(keys).toEqual(['ns/a', 'ns/b']);
    expect(fake.lists.map(({ limit, continue: token, labelSelector }) => [limit, token, labelSelector])).toEqual([
      [500, undefined, 'x=y'],
      [500, 'next', 'x=y'],
    ]);
    expect(last().options).toMatchObject({ resourceVersion: '10', labelSelector: 'x=y', timeoutSeconds: 360 });
  });

  test('follows the watch, and goes on from the newest version after it ends', async () => {
    fake.onList = () => page(10, pod('a', 1));
    const { informer, keys } = start();
    await settle();
    last().send('MODIFIED', pod('a', 11));
    last().send('ADDED', pod('b', 12));
    last().send('DELETED', pod('a', 13));
    last().send('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '20' } });
    expect(keys).toEqual(['ns/a', 'ns/a', 'ns/b', 'ns/a']);
    expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(['b']);
    last().end();
    await clock.advance(1_000);
    expect(fake.watches).toHaveLength(2);
    expect(last().options.resourceVersion).toBe('20');
    expect(fake.lists).toHaveLength(1);
  });

  test('stale events change nothing', async () => {
    fake.onList = () => page(10, pod('a', 9));
    const { informer, keys } = start();
    await settle();
    last().send('MODIFIED', pod('a', 8));
    last().send('ADDED', pod('a', 9));
    expect(keys).toEqual(['ns/a']);
    expect(informer.get('ns', 'a')?.metadata.resourceVersion).toBe('9');
  });

  const relists: Record<string, (send: (type: string, object: unknown) => void) => void> = {
    'an ERROR event with 410': (send) => {
      send('ERROR', { kind: 'Status', code: 410, reason: 'Expired' });
    },
    'a line that is no JSON': (send) => {
      send('MALFORMED', undefined);
    },
    'an object without a version': (send) => {
      send('ADDED', { metadata: {} });
    },
    'an event of an unknown type': (send) => {
      send('SURPRISE', pod('a', 11));
    },
  };
  test.each(Object.entries(relists))('%s leads to a new list', async (_name, act) => {
    fake.onList = () => page(10, pod('a', 1));
    const { keys } = start();
    await settle();
    act(last().send);
    fake.onList = () => page(30, pod('a', 25, { uid: 'another' }));
    await clock.advance(1_000);
    expect(fake.lists).toHaveLength(2);
    expect(last().options.resourceVersion).toBe('30');
    expect(keys).toEqual(['ns/a', 'ns/a', 'ns/a']);
  });

  test('another ERROR event only opens the watch again', async () => {
    start();
    await settle();
    last().send('ERROR', { kind: 'Status', code: 500, reason: 'InternalError' });
    await clock.advance(1_000);
    expect([fake.lists.length, fake.watches.length]).toEqual([1, 2]);
  });

  test('a watch that is refused as too old leads to a new list', async () => {
    fake.onWatch = ({ resourceVersion }) => (resourceVersion === '1' ? new ExpiredError('old', details) : undefined);
    start();
    await settle();
    fake.onList = () => page(50);
    await clock.advance(1_000);
    expect(last().options.resourceVersion).toBe('50');
  });

  test('pages that expire half-way are read again in one answer', async () => {
    fake.onList = ({ continue: token, limit }) => {
      if (token !== undefined) return new ExpiredError('old', details);
      return limit === undefined ? page(12, pod('a', 1), pod('b', 2)) : { ...page(10, pod('a', 1)), continue: 'next' };
    };
    const { informer } = start();
    await settle();
    expect(informer.list()).toHaveLength(2);
    expect(last().options.resourceVersion).toBe('12');
  });

  test('restarts are few against a server that closes every watch, though each brings events', async () => {
    start();
    await settle();
    let version = 100;
    const until = clock.monotonic() + 300_000;
    while (clock.monotonic() < until) {
      last().send('ADDED', pod('a', (version += 1)));
      last().end();
      await clock.advance(1_000);
    }
    expect(fake.watches.length).toBeLessThan(25);
    expect(fake.lists).toHaveLength(1);
  });

  test('a watch that lasted brings the delay back to the start', async () => {
    start();
    await settle();
    for (let round = 0; round < 8; round += 1) {
      last().end();
      await clock.advance(30_000);
    }
    await clock.advance(60_000);
    const before = fake.watches.length;
    last().end();
    await clock.advance(500);
    expect(fake.watches.length).toBe(before + 1);
  });

  test('a failed list is tried again for ever, and waits as long as the server asks', async () => {
    const asked = new TooManyRequestsError('slow', { ...details, retryAfterMs: 45_000 });
    const failures: Error[] = [asked, new ForbiddenError('no', details), unreachable('LIST', 'reset')];
    fake.onList = () => failures.shift() ?? page(10, pod('a', 1));
    const { informer } = start();
    await clock.advance(44_000);
    expect(fake.lists).toHaveLength(1);
    await clock.advance(60_000);
    expect(informer.hasSynced).toBe(true);
    expect(informer.get('ns', 'a')).toBeDefined();
  });

  test('a watch that says nothing is ended and opened again', async () => {
    start();
    await settle();
    await clock.advance(100_000);
    last().send('BOOKMARK', { metadata: { resourceVersion: '5' } });
    await clock.advance(170_000);
    expect(fake.watches).toHaveLength(1);
    await clock.advance(15_000);
    expect(fake.watches).toHaveLength(2);
    expect(last().options.resourceVersion).toBe('5');
  });

  test('a server that was restored from a backup is believed', async () => {
    fake.onList = () => page(1_000, pod('a', 900), pod('b', 950));
    const { informer, keys } = start();
    await settle();
    fake.onList = () => page(50, pod('a', 40));
    last().send('ERROR', { kind: 'Status', code: 410 });
    await clock.advance(1_000);
    expect(informer.list().map(({ metadata }) => metadata.resourceVersion)).toEqual(['40']);
    expect(keys.slice(2).sort()).toEqual(['ns/a', 'ns/b']);
  });

  test('stopping during a pause opens nothing more', async () => {
    fake.onList = () => unreachable('LIST', 'reset');
    start();
    await settle();
    stop.abort();
    await clock.advance(60_000);
    await ended;
    expect([fake.lists.length, fake.watches.length]).toEqual([1, 0]);
    expect(clock.pending).toBe(0);
  });

  test("a subscriber's fault ends nothing", async () => {
    fake.onList = () => page(10, pod('a', 1));
    const { informer, keys } = start();
    informer.subscribe(
      () => {
        throw new Error('fault');
      },
      () => undefined,
    );
    await settle();
    last().send('ADDED', pod('b', 11));
    expect(keys).toEqual(['ns/a', 'ns/b']);
    expect(fake.watches).toHaveLength(1);
  });

  test('one watch for each namespace, and synced when all are', async () => {
    const waiting: (() => void)[] = [];
    fake.onList = async ({ namespace = '' }) => {
      if (namespace === 'two') await new Promise<void>((go) => waiting.push(go));
      return page(10, pod('a', 1, { namespace }));
    };
    const { informer, keys } = start({ namespaces: ['one', 'two'] });
    await settle();
    expect([informer.hasSynced, keys]).toEqual([false, ['one/a']]);
    waiting[0]?.();
    await settle();
    expect([informer.hasSynced, keys]).toEqual([true, ['one/a', 'two/a']]);
    expect(fake.watches.map(({ options }) => options.namespace)).toEqual(['one', 'two']);
  });

  test('a change of what an object is found under tells both keys', async () => {
    fake.onList = () => page(10, pod('a', 1, { labels: { job: 'x' } }));
    const { informer } = start();
    const jobs: string[] = [];
    informer.subscribe(
      ({ metadata }) => [metadata.labels?.job ?? ''],
      (key) => void jobs.push(key),
    );
    await settle();
    last().send('MODIFIED', pod('a', 11, { labels: { job: 'y' } }));
    last().send('DELETED', pod('a', 12, { labels: { job: 'y' } }));
    expect(jobs).toEqual(['x', 'x', 'y', 'y']);
  });

  const observed: Record<string, { version: number; uid?: string; after: string }> = {
    'something newer than the watch': { version: 15, after: '15' },
    'something older': { version: 7, after: '8' },
    'a recreated object': { version: 15, uid: 'new', after: '15' },
  };
  test.each(Object.entries(observed))("a write's answer: %s", async (_name, { version, uid = 'uid-a', after }) => {
    fake.onList = () => page(10, pod('a', 8));
    const { informer } = start();
    await settle();
    informer.observe(pod('a', version, { uid }));
    expect(informer.get('ns', 'a')?.metadata.resourceVersion).toBe(after);
  });

  test("a write's answer does not bring back what was deleted since", async () => {
    fake.onList = () => page(10, pod('a', 8));
    const { informer } = start();
    await settle();
    last().send('DELETED', pod('a', 12));
    informer.observe(pod('a', 11));
    expect(informer.get('ns', 'a')).toBeUndefined();
  });
});
