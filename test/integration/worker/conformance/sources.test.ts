import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf } from '../harness/broker.ts';
import { manifest } from '../harness/manifest.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import type { WorkerProcess } from '../harness/worker-process.ts';
import { sources, type Origin } from './sources.ts';

jest.setTimeout(180_000);

describe.each(sources)('a $name source', (kind) => {
  let scene: Scene;
  let origin: Origin;
  let worker: WorkerProcess;

  beforeEach(async () => {
    scene = await openScene();
    origin = await kind.open(scene);
    worker = scene.worker({ manifest: manifest({ source: origin.source }) });
  });
  afterEach(async () => {
    await scene.end();
  });

  async function expectEachOnce(count: number): Promise<void> {
    const ids = idsOf(await scene.broker.read('OUT'));
    expect([ids.size, [...ids.values()].filter((times) => times !== 1)]).toEqual([count, []]);
  }

  test('loses nothing, through a drain and a kill', async () => {
    await origin.fill(12_000);
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 500);
    worker.kill('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    await worker.start();
    await worker.until('it goes on', ({ counts }) => counts.finished > 500);
    worker.kill('SIGKILL');
    await worker.ended();
    await worker.start();
    await origin.settled();
    await expectEachOnce(12_000);
  });

  test('is asked for no more than the worker may hold while nothing can be confirmed', async () => {
    await scene.broker.jsm.streams.delete('OUT');
    await origin.fill(9000);
    await worker.start();
    const { inFlight, counts } = await worker.until('it waits', ({ waiting }) =>
      waiting.some(({ destination }) => destination === 'out'),
    );
    expect([inFlight <= 4000, counts.received <= 4000, counts.finished]).toEqual([true, true, 0]);
    await scene.broker.addStream({ name: 'OUT', subjects: ['out.>'] });
    await origin.settled();
    await expectEachOnce(9000);
  });

  test('that goes away is told, and read on when it is back', async () => {
    await origin.fill(100);
    await worker.start();
    await origin.settled();
    await origin.lose();
    await worker.until('it is missed', ({ waiting }) =>
      waiting.some(({ destination, reason }) => destination === 'source' && reason === kind.lost),
    );
    expect([await worker.probe('/readyz'), await worker.probe('/livez')]).toEqual([503, 200]);
    await origin.restore();
    await worker.until('it reads again', ({ pulling }) => pulling);
    await origin.settled();
    expect(new Set(idsOf(await scene.broker.read('OUT')).keys()).size).toBe(100);
  });
});
