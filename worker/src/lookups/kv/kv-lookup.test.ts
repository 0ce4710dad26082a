import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  BucketNotFoundError,
  PermissionError,
  UnreachableError,
  type BucketEntry,
  type BucketState,
  type WatchBucketOptions,
} from '@streamjob/nats';
import { KvLookup } from './kv-lookup.ts';

const found = (value: unknown) => ({ kind: 'found', value, inexact: false });
const unavailable = (code: string) => ({ kind: 'unavailable', reason: 'LookupUnreachable', code });
const MISSING = { kind: 'missing' };
const STATE: BucketState = {
  created: 'then',
  messages: 10,
  bytes: 1_000,
  keys: 10,
  lastRevision: 10,
  maxAgeMs: 0,
  ttlPerKey: false,
};

/** A lookup over a bucket that the test plays. */
function scene(maxBytes = 100_000) {
  const bucket = new Map<string, string>();
  const calls = { restarts: 0, stops: 0, gets: [] as string[], logs: [] as object[] };
  const options: WatchBucketOptions[] = [];
  const entry = (key: string): BucketEntry | undefined => {
    const value = bucket.get(key);
    return value === undefined ? undefined : { key, value: Buffer.from(value), revision: 1, storedMs: 0 };
  };
  const log = (fields: object): void => void calls.logs.push(fields);
  const lookup = new KvLookup(
    { bucket: 'B', format: 'Json', maxBytes },
    {
      nats: {
        watchBucket: (_bucket, given) => {
          options.push(given);
          return {
            get: (key) => {
              calls.gets.push(key);
              return Promise.resolve(entry(key));
            },
            restart: () => void (calls.restarts += 1),
            stop: () => void (calls.stops += 1),
          };
        },
      },
      clock: { wallMs: () => 0, monotonicMs: () => 0 },
      log: { info: log, warn: log },
    },
  );
  const [watch] = options;
  if (watch === undefined) throw new Error('nothing is watched');
  const put = (key: string, value: string): void => {
    bucket.set(key, value);
    const given = entry(key);
    if (given !== undefined) watch.onEntry(given);
  };
  const load = (state: Partial<BucketState> = {}): string => {
    const watched = watch.onBegin({ ...STATE, ...state });
    if (watched === 'Values') for (const [key, value] of bucket) put(key, value);
    watch.onCaughtUp();
    return watched;
  };
  return { lookup, watch, bucket, calls, put, load };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a bucket that fits', () => {
  test('is answered from memory at once', () => {
    const { lookup, bucket, load, put, calls } = scene();
    bucket.set('a', '1');
    expect(load()).toBe('Values');
    expect([lookup.get('a'), lookup.get('b')]).toEqual([found(1), MISSING]);
    put('b', '2');
    expect(lookup.get('b')).toEqual(found(2));
    expect(calls.gets).toEqual([]);
  });

  test('those who ask before it is known wait for it', async () => {
    const { lookup, watch, put } = scene();
    const early = [lookup.get('a'), lookup.get('b')];
    watch.onBegin(STATE);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    put('a', '1');
    watch.onCaughtUp();
    expect(await Promise.all(early.map((answer) => Promise.resolve(answer)))).toEqual([found(1), MISSING]);
  });

  test('but not for ever, and whoever comes then does not wait at all', async () => {
    jest.useFakeTimers();
    const { lookup, load, watch } = scene();
    watch.onBegin(STATE);
    const early = lookup.get('a');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await early).toEqual(unavailable('Loading'));
    expect(lookup.get('a')).toEqual(unavailable('Loading'));
    load();
    expect(lookup.get('a')).toEqual(MISSING);
  });

  test('nothing is answered from memory after a break, until all of it is known again', async () => {
    const { lookup, bucket, load, watch } = scene();
    bucket.set('a', '1').set('old', '1');
    load();
    watch.onTrouble(new UnreachableError('broken'));
    expect(lookup.get('a')).toEqual(unavailable('NoAnswer'));
    bucket.delete('old');
    bucket.set('a', '2');
    watch.onBegin(STATE);
    const waits = lookup.get('a');
    expect(waits).toBeInstanceOf(Promise);
    load();
    expect(await waits).toEqual(found(2));
    expect(lookup.get('old')).toEqual(MISSING);
  });

  test.each([
    ['a bucket that is not there', new BucketNotFoundError('B'), 'BucketNotFound B'],
    [
      'a missing permission, the same for every watch',
      new PermissionError('no', { operation: 'publish', subject: '$JS.API.CONSUMER.CREATE.KV_B.sj-watch-X7.$KV.B.>' }),
      'PermissionDenied publish $JS.API.CONSUMER.CREATE.KV_B.*.$KV.B.>',
    ],
    ['no answer', new UnreachableError('none'), 'NoAnswer'],
  ])('tells of %s, and logs it once', async (_name, error, code) => {
    const { lookup, watch, calls } = scene();
    const early = lookup.get('a');
    for (let times = 0; times < 3; times += 1) watch.onTrouble(error);
    expect(await early).toEqual(unavailable(code));
    expect(lookup.get('a')).toEqual(unavailable(code));
    expect(calls.logs).toEqual([{ bucket: 'B', code }]);
  });

  test('is compared with what the bucket holds, unless values expire by themselves', () => {
    const { bucket, load, watch } = scene();
    bucket.set('a', '1').set('b', '1');
    expect(watch.known?.()).toBeUndefined();
    load();
    watch.onDelete('a');
    watch.onDelete('c');
    expect(watch.known?.()).toBe(3);
    load({ maxAgeMs: 1_000 });
    expect(watch.known?.()).toBeUndefined();
    load({ ttlPerKey: true });
    expect(watch.known?.()).toBeUndefined();
  });
});

describe('a bucket that does not fit', () => {
  test('is not read as a whole when that can be told beforehand', () => {
    const { load, watch } = scene();
    expect(load({ bytes: 100_001 })).toBe('Changes');
    expect(watch.known?.()).toBeUndefined();
  });

  test('is begun anew without its values when it turns out while it is read', () => {
    const { watch, calls, bucket, load, lookup } = scene();
    expect(watch.onBegin({ ...STATE, messages: 100, bytes: 100_001 })).toBe('Values');
    for (let index = 0; calls.restarts === 0; index += 1) {
      expect(index).toBeLessThan(500);
      watch.onEntry({ key: `k${index}`, value: Buffer.alloc(500), revision: index, storedMs: 0 });
    }
    expect(lookup.get('k1')).toBeInstanceOf(Promise);
    bucket.set('k1', '1');
    expect(load({ messages: 100, bytes: 100_001 })).toBe('Changes');
    expect(calls.restarts).toBe(1);
    expect(load({ messages: 100, bytes: 60_000 })).toBe('Values');
  });

  test('reads keys when they are asked for, and forgets those that change', async () => {
    const { lookup, bucket, load, put, watch, calls } = scene();
    bucket.set('a', '1');
    load({ bytes: 1_000_000 });
    expect(await lookup.get('a')).toEqual(found(1));
    expect(lookup.get('a')).toEqual(found(1));
    expect(await lookup.get('none')).toEqual(MISSING);
    expect(lookup.get('none')).toEqual(MISSING);
    put('a', '2');
    put('none', '3');
    expect(await lookup.get('a')).toEqual(found(2));
    expect(await lookup.get('none')).toEqual(found(3));
    bucket.delete('a');
    watch.onDelete('a');
    expect(await lookup.get('a')).toEqual(MISSING);
    expect(calls.gets).toEqual(['a', 'none', 'a', 'none', 'a']);
  });

  test('knows nothing any more after a break', async () => {
    const { lookup, bucket, load, watch } = scene();
    bucket.set('a', '1');
    load({ bytes: 1_000_000 });
    await lookup.get('a');
    watch.onTrouble(new UnreachableError('broken'));
    expect(lookup.get('a')).toEqual(unavailable('NoAnswer'));
    bucket.set('a', '2');
    load({ bytes: 1_000_000 });
    expect(await lookup.get('a')).toEqual(found(2));
  });
});

test('closing stops the watch and lets nobody wait', async () => {
  const { lookup, calls } = scene();
  const early = lookup.get('a');
  await lookup.close();
  expect(await early).toEqual(unavailable('Closing'));
  expect(calls.stops).toBe(1);
});
