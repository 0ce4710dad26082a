import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Progress } from '@streamjob/crds';
import { StreamNotFoundError, UnreachableError, type ConsumerInfo, type StreamInfo } from '@streamjob/nats';
import { createFakeClock, settle, type FakeClock } from '../../runtime/testing/fake-clock.ts';
import { type Brokers } from '../connections/brokers.ts';
import { WorkerUnreachableError } from '../progress/fetch-progress.ts';
import { type Samples, type SampleTarget } from '../record.ts';
import { createSamples } from './samples.ts';

type World = {
  stream: { created: string; last: number } | Error;
  pending: number | Error;
  account: string | undefined;
  /** By pod UID. */
  workers: Map<string, Partial<Progress> | Error>;
  asked: string[];
  /** Keeps answers of these connections from coming. */
  hanging: Set<string>;
};

let clock: FakeClock;
let world: World;
let samples: Samples & { stop(): void };
let news: string[];

const never = new Promise<never>(() => undefined);

function answer<T>(connection: string, what: string, value: T | Error): Promise<T> {
  world.asked.push(what);
  if (world.hanging.has(connection)) return never;
  return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
}

function brokers(): Brokers {
  const unused = (): Promise<never> => Promise.reject(new Error('not sampled'));
  return {
    streamInfo: (connection) => {
      const { stream } = world;
      const value =
        stream instanceof Error ? stream : { created: stream.created, state: { lastSequence: stream.last } };
      return answer(connection, 'stream', value as StreamInfo | Error);
    },
    consumerInfo: (connection) => {
      const { pending } = world;
      const position = { stream: 0, consumer: 0 };
      const value = {
        created: 'c',
        config: {},
        pending,
        ackPending: 0,
        redelivered: 0,
        delivered: position,
        ackFloor: position,
      };
      return answer(connection, 'consumer', pending instanceof Error ? pending : (value as unknown as ConsumerInfo));
    },
    account: (connection) => answer(connection, 'account', world.account),
    serverVersion: unused,
    ensureConsumer: unused,
    deleteConsumer: unused,
  };
}

const progress = (more: Partial<Progress>): Progress =>
  ({
    uid: 'job',
    revision: 'r',
    connected: true,
    account: 'A',
    pulling: true,
    counts: {},
    waiting: [],
    stopped: null,
    ...more,
  }) as Progress;

beforeEach(() => {
  clock = createFakeClock();
  news = [];
  world = {
    stream: { created: 't', last: 1 },
    pending: 5,
    account: 'A',
    workers: new Map(),
    asked: [],
    hanging: new Set(),
  };
  samples = createSamples({
    brokers: brokers(),
    clock,
    random: () => 0.5,
    fetchProgress: (worker) => {
      const value = world.workers.get(worker.uid) ?? new WorkerUnreachableError('ECONNREFUSED');
      return answer<Progress>(`pod ${worker.uid}`, worker.uid, value instanceof Error ? value : progress(value));
    },
  });
  samples.subscribe((key) => void news.push(key));
});
afterEach(() => {
  samples.stop();
});

const target = (more: Partial<SampleTarget> = {}): SampleTarget => ({
  connection: 'default',
  stream: 'S',
  consumer: 'C',
  workers: [],
  ...more,
});
const worker = (uid: string) => ({ uid, name: `pod-${uid}`, ip: '10.0.0.1' });
const asked = (what: string): number => world.asked.filter((one) => one === what).length;

describe('samples', () => {
  test('are empty before a job is tracked', () => {
    expect(samples.record('a/b')).toEqual({ stream: {}, consumer: {}, account: {}, workers: new Map() });
  });

  test('are read at once, with their time', async () => {
    world.workers.set('w1', {});
    samples.track('a/b', target({ workers: [worker('w1')] }));
    await settle();
    const record = samples.record('a/b');
    expect(record.stream).toMatchObject({ value: { created: 't' }, atMs: clock.now() });
    expect(record.consumer.value?.pending).toBe(5);
    expect(record.account.value).toBe('A');
    expect(record.workers.get('w1')).toMatchObject({ uid: 'w1', pod: 'pod-w1', value: { revision: 'r' } });
    expect(news).toContain('a/b');
  });

  test('no consumer is asked for before it was made', async () => {
    const { consumer: _consumer, ...without } = target();
    samples.track('a/b', without);
    await settle();
    expect(asked('consumer')).toBe(0);
    samples.track('a/b', target());
    await settle();
    expect(asked('consumer')).toBe(1);
  });

  test('a job that moves is looked at every five seconds, one at rest every thirty', async () => {
    samples.track('a/b', target());
    for (let second = 0; second < 60; second += 1) {
      world.pending = second;
      await clock.advance(1_000);
    }
    expect(asked('consumer')).toBeGreaterThanOrEqual(12);
    await clock.advance(60_000);
    const before = asked('consumer');
    await clock.advance(300_000);
    expect(asked('consumer') - before).toBe(10);
  });

  test('an error keeps the last value with its age, and since when it lasts', async () => {
    samples.track('a/b', target());
    await settle();
    const atMs = clock.now();
    world.stream = new UnreachableError('down');
    await clock.advance(5_000);
    const failingSinceMs = clock.now();
    await clock.advance(20_000);
    expect(samples.record('a/b').stream).toMatchObject({
      value: { created: 't' },
      atMs,
      failingSinceMs,
      error: { name: 'UnreachableError' },
    });
    world.stream = { created: 't', last: 2 };
    await clock.advance(6_000);
    expect(samples.record('a/b').stream.error).toBeUndefined();
    expect(samples.record('a/b').stream.failingSinceMs).toBeUndefined();
  });

  const changes: Record<string, { change: () => void; isNews: boolean }> = {
    nothing: { change: () => undefined, isNews: false },
    'numbers, within the minute': { change: () => (world.pending = 77), isNews: false },
    'a stream made anew': { change: () => (world.stream = { created: 'later', last: 0 }), isNews: true },
    'a stream that is gone': { change: () => (world.stream = new StreamNotFoundError('S')), isNews: true },
    'a broker that is away': { change: () => (world.pending = new UnreachableError('down')), isNews: true },
    'a worker that is away': { change: () => world.workers.delete('w1'), isNews: true },
    'a worker that waits': {
      change: () =>
        world.workers.set('w1', {
          waiting: [{ destination: 's', reason: 'SinkRefuses', code: '1', held: 1, sinceMs: 1 }],
        }),
      isNews: true,
    },
    'a worker that stopped': {
      change: () => world.workers.set('w1', { stopped: { reason: 'X', message: '' } }),
      isNews: true,
    },
    "a worker's account": { change: () => world.workers.set('w1', { account: 'B' }), isNews: true },
  };
  test.each(Object.entries(changes))('worth a look: %s', async (_name, { change, isNews }) => {
    world.workers.set('w1', {});
    samples.track('a/b', target({ workers: [worker('w1')] }));
    await clock.advance(6_000);
    news.length = 0;
    change();
    await clock.advance(6_000);
    expect(news.length > 0).toBe(isNews);
  });

  test('an error whose text changes is no news', async () => {
    world.stream = new UnreachableError('after 1 ms');
    samples.track('a/b', target());
    await settle();
    news.length = 0;
    world.stream = new UnreachableError('after 2 ms');
    await clock.advance(30_000);
    expect(news).toEqual([]);
  });

  test('numbers that always move are told once a minute', async () => {
    samples.track('a/b', target());
    await settle();
    news.length = 0;
    for (let second = 0; second < 300; second += 1) {
      world.pending = second;
      await clock.advance(1_000);
    }
    expect(news.length).toBeGreaterThanOrEqual(4);
    expect(news.length).toBeLessThanOrEqual(5);
  });

  test('a broker that hangs keeps neither its workers nor other jobs waiting', async () => {
    world.hanging.add('dead');
    world.workers.set('w1', {});
    for (let job = 0; job < 50; job += 1)
      samples.track(`dead/${job}`, target({ connection: 'dead', workers: [worker('w1')] }));
    samples.track('a/b', target());
    await settle();
    expect(samples.record('a/b').consumer.value?.pending).toBe(5);
    expect(samples.record('dead/7').workers.get('w1')?.value).toBeDefined();
    expect(samples.record('dead/7').consumer).toEqual({});
  });

  test('workers that went are forgotten, new ones looked at right away', async () => {
    world.workers.set('w1', {}).set('w2', {});
    samples.track('a/b', target({ workers: [worker('w1')] }));
    await settle();
    samples.track('a/b', target({ workers: [worker('w2')] }));
    await settle();
    expect([...samples.record('a/b').workers.keys()]).toEqual(['w2']);
  });

  test('what was asked of an earlier target is not taken for the new one', async () => {
    world.hanging.add('default');
    samples.track('a/b', target());
    await settle();
    samples.track('a/b', target({ connection: 'other', stream: 'T' }));
    await settle();
    expect(samples.record('a/b').stream).toEqual({});
  });

  test('an unchanged target costs nothing', async () => {
    samples.track('a/b', target());
    await settle();
    const before = world.asked.length;
    for (let round = 0; round < 10; round += 1) samples.track('a/b', target());
    await settle();
    expect(world.asked.length).toBe(before);
  });

  test('a job that went is not asked about any more', async () => {
    samples.track('a/b', target());
    await settle();
    samples.untrack('a/b');
    const before = world.asked.length;
    await clock.advance(600_000);
    expect(world.asked.length).toBe(before);
    expect(clock.pending).toBe(0);
    expect(samples.record('a/b').stream).toEqual({});
  });
});
