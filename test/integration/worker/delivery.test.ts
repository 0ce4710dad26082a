import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';

jest.setTimeout(180_000);

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await scene.end();
});

async function expectEachOnce(count: number, stream = 'OUT'): Promise<void> {
  const ids = idsOf(await scene.broker.read(stream));
  expect(ids.size).toBe(count);
  expect([...ids.values()].filter((times) => times !== 1)).toEqual([]);
}

describe('a job from a shell', () => {
  test('brings every message to its sink, exactly once, and counts it', async () => {
    await scene.broker.fill('SRC', 5000, event);
    const worker = scene.worker({ manifest: manifest() });
    await worker.start();
    const progress = await worker.until('all finished', ({ counts }) => counts.finished === 5000);
    expect(progress.counts).toMatchObject({ received: 5000, emitted: 5000, deadLettered: 0, redelivered: 0 });
    expect(progress).toMatchObject({ connected: true, pulling: true, account: '$G', waiting: [], stopped: null });
    await expectEachOnce(5000);
    expect(await worker.probe('/livez')).toBe(200);
    expect(await worker.probe('/readyz')).toBe(200);
  });

  test('waits for a stream that does not exist yet, says so, and goes on when it does', async () => {
    const worker = scene.worker({ manifest: manifest({ source: { stream: 'LATER' } }) });
    await worker.start();
    await worker.until('it says what is missing', ({ waiting }) =>
      waiting.some(({ destination, reason }) => destination === 'source' && reason === 'StreamNotFound'),
    );
    expect(await worker.probe('/readyz')).toBe(503);
    expect(await worker.probe('/livez')).toBe(200);
    await scene.broker.addStream({ name: 'LATER', subjects: ['later.>'] });
    await worker.until('it pulls', (progress) => progress.pulling);
  });

  test('drains on SIGTERM: nothing is stranded until the ack wait', async () => {
    await scene.broker.fill('SRC', 30_000, event);
    const worker = scene.worker({ manifest: manifest({ source: { ackWait: '30s' } }) });
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 2000);
    worker.kill('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    // What was given back comes at once, long before the ack wait is over.
    const startedMs = Date.now();
    const next = scene.worker({ manifest: manifest({ source: { ackWait: '30s' } }) });
    await next.start();
    await scene.broker.settled('SRC', 20_000);
    expect(Date.now() - startedMs).toBeLessThan(20_000);
    await expectEachOnce(30_000);
  });
});
