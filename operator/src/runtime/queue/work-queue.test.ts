import { beforeEach, describe, expect, test } from '@jest/globals';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createWorkQueue, type WorkQueue } from './work-queue.ts';

let clock: FakeClock;
let queue: WorkQueue;
beforeEach(() => {
  clock = createFakeClock();
  queue = createWorkQueue(clock);
});

/** Everything that is handed out without waiting, each given back at once. */
async function drain(): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) {
    const key = (await queue.get()) ?? '';
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe('work queue', () => {
  test('a key that was added often is handed out once, in order of arrival', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(await drain()).toEqual(['a', 'b', 'c']);
  });

  test('a key in progress is not handed out, and comes again once after done', async () => {
    queue.add('a');
    expect(await queue.get()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await drain()).toEqual(['a']);
  });

  test('a waiting worker gets a key as soon as it is added', async () => {
    const got = queue.get();
    queue.add('a');
    expect(await got).toBe('a');
  });

  const delays: Record<string, { add: [string, number][]; afterMs: number; expected: string[] }> = {
    'nothing before its time': { add: [['a', 100]], afterMs: 99, expected: [] },
    'at its time': { add: [['a', 100]], afterMs: 100, expected: ['a'] },
    'the earliest of several counts': {
      add: [
        ['a', 500],
        ['a', 100],
        ['a', 900],
      ],
      afterMs: 100,
      expected: ['a'],
    },
    'and the later ones are gone': {
      add: [
        ['a', 100],
        ['a', 500],
      ],
      afterMs: 1_000,
      expected: ['a'],
    },
    'no delay is now': { add: [['a', 0]], afterMs: 0, expected: ['a'] },
    'keys come by time': {
      add: [
        ['late', 300],
        ['soon', 100],
      ],
      afterMs: 300,
      expected: ['soon', 'late'],
    },
  };
  test.each(Object.entries(delays))('delayed: %s', async (_name, { add, afterMs, expected }) => {
    for (const [key, delayMs] of add) queue.addAfter(key, delayMs);
    await clock.advance(afterMs);
    expect(await drain()).toEqual(expected);
  });

  test('an addition now takes the place of a later one', async () => {
    queue.addAfter('a', 100);
    queue.add('a');
    expect(await drain()).toEqual(['a']);
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('a key that is delayed while in progress waits for done', async () => {
    queue.add('a');
    await queue.get();
    queue.addAfter('a', 50);
    await clock.advance(60);
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
  });

  test('after shutting down, waiting workers go home and nothing is taken in', async () => {
    const waiting = [queue.get(), queue.get()];
    queue.addAfter('later', 100);
    queue.shutDown();
    queue.add('a');
    expect(await Promise.all([...waiting, queue.get()])).toEqual([undefined, undefined, undefined]);
    expect(queue.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('two workers never hold one key', async () => {
    const held = new Set<string>();
    const counts = new Map<string, number>();
    const worker = async (): Promise<void> => {
      for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
        expect(held.has(key)).toBe(false);
        held.add(key);
        await new Promise((resolve) => setImmediate(resolve));
        counts.set(key, (counts.get(key) ?? 0) + 1);
        held.delete(key);
        queue.done(key);
      }
    };
    const workers = [worker(), worker(), worker()];
    for (let round = 0; round < 200; round += 1) {
      queue.add(`job-${round % 7}`);
      if (round % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    while (queue.length > 0 || queue.inProgress.size > 0) await new Promise((resolve) => setImmediate(resolve));
    queue.shutDown();
    await Promise.all(workers);
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `job-${n}`));
  });
});
