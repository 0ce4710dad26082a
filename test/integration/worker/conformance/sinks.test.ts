import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { poll } from '../../../../hack/src/process/poll.ts';
import { OWN_CONSUMER } from '../harness/broker.ts';
import { manifest } from '../harness/manifest.ts';
import { event, openScene, type Scene } from '../harness/scene.ts';
import type { WorkerProcess } from '../harness/worker-process.ts';
import { sinks, type Target } from './sinks.ts';

jest.setTimeout(180_000);

describe.each(sinks)('a $name sink', (kind) => {
  const { failing } = kind;
  let scene: Scene;
  let target: Target;
  let worker: WorkerProcess;

  beforeEach(async () => {
    scene = await openScene();
    target = await kind.open(scene);
    const sink = { name: 'under-test', ...target.sink };
    worker = scene.worker({ manifest: manifest({ sinks: [sink] }), args: target.args });
  });
  afterEach(async () => {
    await scene.end();
    await target.close();
  });

  async function expectEachOnce(count: number, besides: readonly number[] = []): Promise<void> {
    const ids = await target.ids();
    const expected = Array.from({ length: count }, (_, id) => id).filter((id) => !besides.includes(id));
    expect(ids.toSorted((a, b) => a - b)).toEqual(expected);
  }

  const acked = async (): Promise<number> =>
    (await scene.broker.jsm.consumers.info('SRC', OWN_CONSUMER)).ack_floor.stream_seq;

  test('loses nothing and doubles nothing', async () => {
    await scene.broker.fill('SRC', 3000, event);
    await worker.start();
    await scene.broker.settled('SRC');
    await expectEachOnce(3000);
    expect((await worker.progress()).counts).toMatchObject({ emitted: 3000, deadLettered: 0, retried: 0 });
  });

  test('tells the refusal of one message apart from all others', async () => {
    const bad = [3, 17, 18, 240];
    const blob = 'x'.repeat(3000);
    await scene.broker.fill('SRC', 300, (id) =>
      bad.includes(id) ? { subject: 'src.x', payload: JSON.stringify({ id, origin: 'o', blob }) } : event(id),
    );
    await worker.start();
    await scene.broker.settled('SRC');
    await expectEachOnce(300, bad);
    const letters = await scene.broker.read('DEADLETTERS');
    const told = letters.map(({ headers }) => [headers.get('Streamjobs-Reason'), headers.get('Streamjobs-Step')]);
    expect(told).toEqual(bad.map(() => ['SinkRefused', 'under-test']));
  });

  test('tells an outage, holds a bounded part of what there is, dead-letters nothing, and goes on by itself', async () => {
    await target.fail();
    await scene.broker.fill('SRC', 6000, event);
    await worker.start();
    const { inFlight, counts } = await worker.until('it tells why it waits', ({ waiting }) =>
      waiting.some(({ destination, reason, code }) => {
        return destination === 'under-test' && reason === failing.reason && code === failing.code;
      }),
    );
    expect([inFlight <= 4000, counts.finished, await acked()]).toEqual([true, 0, 0]);
    await target.heal();
    await scene.broker.settled('SRC');
    await expectEachOnce(6000);
    expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
  });

  test('settles nothing before it is confirmed, however long nobody answers', async () => {
    await target.hang();
    await scene.broker.fill('SRC', 6000, event);
    await worker.start();
    // Longer than the ack wait of 4 s: what is held is not delivered again.
    const { inFlight, counts } = await worker.until('it held on', ({ oldestInFlightMs }) => oldestInFlightMs > 6_000);
    expect(inFlight).toBeLessThanOrEqual(4000);
    expect([counts.finished, counts.deadLettered, counts.redelivered, await acked()]).toEqual([0, 0, 0, 0]);
    expect(await worker.probe('/livez')).toBe(200);
    await target.heal();
    await scene.broker.settled('SRC');
    expect(new Set(await target.ids()).size).toBe(6000);
  });

  test('drains on SIGTERM: what is on its way is confirmed, the rest is given back and nothing is repeated', async () => {
    await scene.broker.fill('SRC', 6000, event);
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 300);
    worker.kill('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    const floor = await acked();
    expect((await target.ids()).length).toBeGreaterThanOrEqual(floor);
    await worker.start();
    await scene.broker.settled('SRC', 30_000);
    await expectEachOnce(6000);
  });

  test('is left in the lurch by a worker that is killed, and yet nothing is lost', async () => {
    await scene.broker.fill('SRC', 3000, event);
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 300);
    worker.kill('SIGKILL');
    await worker.ended();
    await worker.start();
    await scene.broker.settled('SRC');
    const ids = new Set(await target.ids());
    await poll('everything is there', () => Promise.resolve(ids.size === 3000), { timeoutMs: 1_000, everyMs: 50 });
  });
});
