import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { idsOf, OWN_CONSUMER } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import { superviseUntil } from './harness/supervise.ts';

jest.setTimeout(180_000);

const preload = join(import.meta.dirname, 'harness/die-of-poison.ts');
const job = manifest({ source: { ackWait: '1s' } });

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await scene.end();
});

function poisoned(poison: readonly number[]): (index: number) => ReturnType<typeof event> {
  return (index) => {
    const { subject, payload } = event(index);
    return { subject, payload: poison.includes(index) ? payload.replace('{', '{"poison":true,') : payload };
  };
}

async function expectAllBut(poison: readonly number[], count: number): Promise<void> {
  const ids = idsOf(await scene.broker.read('OUT'));
  expect(ids.size).toBe(count - poison.length);
  expect([...ids.values()].filter((times) => times !== 1)).toEqual([]);
  expect(poison.filter((id) => ids.has(id))).toEqual([]);
  const letters = await scene.broker.read('DEADLETTERS');
  expect(letters.map(({ headers }) => headers.get('Streamjobs-Reason'))).toEqual(poison.map(() => 'CrashedWorker'));
  expect(letters.map(({ payload }) => (JSON.parse(payload) as { id: number }).id).sort((a, b) => a - b)).toEqual(
    poison,
  );
}

test.each([[[4321]], [[1000, 6000]]])(
  'messages %j that kill their worker end as one dead letter each',
  async (poison) => {
    await scene.broker.fill('SRC', 8000, poisoned(poison));
    const worker = scene.worker({ manifest: job, preload });
    const settled = async (): Promise<boolean> => {
      const consumer = await scene.broker.jsm.consumers.info('SRC', OWN_CONSUMER);
      return consumer.num_pending + consumer.num_ack_pending === 0;
    };
    const deaths = await superviseUntil(worker, 'everything is settled', settled, 150_000);
    expect(deaths).toBeLessThanOrEqual(6 * poison.length);
    await expectAllBut(poison, 8000);
  },
);

test('a worker that dies of every message convicts none', async () => {
  await scene.broker.fill('SRC', 50, poisoned(Array.from({ length: 50 }, (_, index) => index)));
  const worker = scene.worker({ manifest: job, preload });
  const startedMs = Date.now();
  await superviseUntil(worker, 'it had its chances', () => Promise.resolve(Date.now() - startedMs > 25_000), 60_000);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
});
