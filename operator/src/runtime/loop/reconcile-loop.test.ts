import { describe, expect, test } from '@jest/globals';
import { silentLogger, type Logger } from '@streamjob/telemetry';
import { TerminalReconcileError, type Reconciler } from '../controller.ts';
import { createRateLimiter } from '../queue/rate-limit.ts';
import { createFakeClock, settle } from '../testing/fake-clock.ts';
import { createReconcileLoop } from './reconcile-loop.ts';

function start(reconcile: Reconciler, concurrency = 1) {
  const clock = createFakeClock();
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields: fields as Record<string, unknown> });
  const log: Logger = { ...silentLogger, warn: write('warn'), error: write('error'), child: () => log };
  const limiter = createRateLimiter({ clock, initialMs: 100, maxMs: 10_000, random: () => 0 });
  const controller = { name: 'test', concurrency, reconcile, watch: () => undefined };
  const loop = createReconcileLoop(controller, { clock, log, limiter });
  const drain = new AbortController();
  const cut = new AbortController();
  const ended = loop.run(drain.signal, cut.signal);
  const stop = async (): Promise<void> => {
    drain.abort();
    await ended;
  };
  return { clock, lines, loop, drain, cut, ended, stop };
}

describe('reconcile loop', () => {
  test('looks again when the reconciler says so', async () => {
    const seenMs: number[] = [];
    const { clock, loop, stop } = start(() => {
      seenMs.push(clock.monotonic());
      return Promise.resolve(seenMs.length < 3 ? { requeueAfterMs: 1_000 } : {});
    });
    loop.enqueue('a');
    await clock.advance(60_000);
    expect(seenMs).toEqual([0, 1_000, 2_000]);
    await stop();
  });

  test('retries with back-off, and forgets it after a success', async () => {
    const seenMs: number[] = [];
    const { clock, loop, lines, stop } = start(() => {
      seenMs.push(clock.monotonic());
      return seenMs.length <= 3 ? Promise.reject(new Error('no')) : Promise.resolve({});
    });
    loop.enqueue('a');
    await clock.advance(60_000);
    expect(seenMs).toEqual([0, 100, 300, 700]);
    expect(lines.map(({ level, fields }) => [level, fields.key, fields.failures])).toEqual([
      ['warn', 'a', 1],
      ['warn', 'a', 2],
      ['warn', 'a', 3],
    ]);
    expect(loop.counts).toEqual({ reconciled: 1, retried: 3, terminal: 0 });
    await stop();
  });

  test('waits as long as the server asks', async () => {
    const seenMs: number[] = [];
    const { clock, loop, stop } = start(() => {
      seenMs.push(clock.monotonic());
      const error = Object.assign(new Error('too many'), { retryAfterMs: 7_000 });
      return seenMs.length === 1 ? Promise.reject(error) : Promise.resolve({});
    });
    loop.enqueue('a');
    await clock.advance(60_000);
    expect(seenMs).toEqual([0, 7_000]);
    await stop();
  });

  test('logs a terminal error and waits for a change', async () => {
    let calls = 0;
    const { clock, loop, lines, stop } = start(() => {
      calls += 1;
      return Promise.reject(new TerminalReconcileError('never'));
    });
    loop.enqueue('a');
    await clock.advance(3_600_000);
    expect(calls).toBe(1);
    expect(lines.map(({ level }) => level)).toEqual(['error']);
    loop.enqueue('a');
    await settle();
    expect(calls).toBe(2);
    await stop();
  });

  test('a reconciler that throws at once does no harm', async () => {
    const { clock, loop, stop } = start(() => {
      throw new Error('at once');
    });
    loop.enqueue('a');
    await clock.advance(200);
    expect(loop.counts.retried).toBeGreaterThan(0);
    await stop();
  });

  test('runs as many keys at once as it may, and never one key twice', async () => {
    const open = new Map<string, () => void>();
    let most = 0;
    const reconcile: Reconciler = (key) =>
      new Promise((resolve) => {
        expect(open.has(key)).toBe(false);
        open.set(key, () => {
          open.delete(key);
          resolve({});
        });
        most = Math.max(most, open.size);
      });
    const { loop, stop } = start(reconcile, 2);
    for (const key of ['a', 'b', 'c', 'a']) loop.enqueue(key);
    await settle();
    loop.enqueue('a');
    while (open.size > 0) {
      for (const finish of [...open.values()]) finish();
      await settle();
    }
    expect(most).toBe(2);
    expect(loop.counts.reconciled).toBe(4);
    await stop();
  });

  test('stopping lets what is in progress end, and begins nothing new', async () => {
    let finish = (): void => undefined;
    const keys: string[] = [];
    const { loop, drain, cut, ended } = start((key) => {
      keys.push(key);
      return new Promise((resolve) => {
        finish = () => {
          resolve({});
        };
      });
    });
    loop.enqueue('a');
    loop.enqueue('b');
    await settle();
    drain.abort();
    await settle();
    expect(cut.signal.aborted).toBe(false);
    finish();
    await ended;
    expect(keys).toEqual(['a']);
  });

  test('tells a reconcile that hangs', async () => {
    const { clock, loop, cut, drain } = start(
      (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('cut'));
          });
        }),
    );
    loop.enqueue('a');
    await clock.advance(299_000);
    expect(loop.stuck()).toEqual([]);
    await clock.advance(2_000);
    expect(loop.stuck()).toEqual(['a']);
    drain.abort();
    cut.abort();
  });
});
