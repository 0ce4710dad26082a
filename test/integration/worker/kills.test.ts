import { startNatsCluster } from '@streamjob/hack';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf, openBroker, type Broker } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import { workerProcess } from './harness/worker-process.ts';

jest.setTimeout(180_000);

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.end();
  scene = undefined;
});

async function expectEachOnce(broker: Broker, count: number): Promise<void> {
  const ids = idsOf(await broker.read('OUT'));
  expect(ids.size).toBe(count);
  expect([...ids.values()].filter((times) => times !== 1)).toEqual([]);
  expect(await broker.messages('DEADLETTERS')).toBe(0);
}

describe('nothing is lost and nothing is doubled', () => {
  test('when a worker is killed three times in mid-stream', async () => {
    scene = await openScene();
    await scene.broker.fill('SRC', 20_000, event);
    const worker = scene.worker({ manifest: manifest() });
    for (let kills = 0; kills < 3; kills += 1) {
      await worker.start();
      await worker.until('it is in the middle', ({ counts }) => counts.finished > 1500);
      worker.kill('SIGKILL');
      await worker.ended();
    }
    await worker.start();
    await scene.broker.settled('SRC');
    await expectEachOnce(scene.broker, 20_000);
  });

  test('when the server is killed in mid-stream', async () => {
    scene = await openScene();
    await scene.broker.fill('SRC', 20_000, event);
    const worker = scene.worker({ manifest: manifest() });
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 1500);
    await scene.server.kill('SIGKILL');
    const down = await worker.until('it notices', ({ connected }) => !connected);
    expect(down.pulling).toBe(false);
    expect(await worker.probe('/livez')).toBe(200);
    await scene.server.restart();
    await scene.broker.settled('SRC');
    await expectEachOnce(scene.broker, 20_000);
  });

  test('when the server is away for longer than the ack wait', async () => {
    scene = await openScene();
    await scene.broker.fill('SRC', 20_000, event);
    const worker = scene.worker({ manifest: manifest({ source: { ackWait: '1s' } }) });
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 1500);
    await scene.server.kill('SIGKILL');
    const downMs = Date.now();
    await worker.until('the ack wait is over', ({ connected }) => !connected && Date.now() - downMs > 3000);
    await scene.server.restart();
    await scene.broker.settled('SRC');
    await expectEachOnce(scene.broker, 20_000);
  });

  test('when a worker is stopped for longer than its ack wait while another goes on', async () => {
    scene = await openScene();
    await scene.broker.fill('SRC', 20_000, event);
    const job = manifest();
    const [one, other] = [scene.worker({ manifest: job }), scene.worker({ manifest: job })];
    await one.start();
    await one.until('it is in the middle', ({ counts }) => counts.finished > 1000);
    one.kill('SIGSTOP');
    await other.start();
    await scene.broker.settled('SRC');
    one.kill('SIGCONT');
    const after = await one.until('it goes on', ({ inFlight }) => inFlight === 0);
    expect(after.counts.lostConfirmations).toBeGreaterThanOrEqual(0);
    await expectEachOnce(scene.broker, 20_000);
  });

  test('when the leader of a replicated stream is killed under load', async () => {
    const servers = await startNatsCluster(3);
    const broker = await openBroker(servers.map(({ url }) => url).join(','));
    const url = servers.map((server) => server.url).join(',');
    const worker = workerProcess({ url, manifest: manifest() });
    try {
      await broker.addStream({ name: 'SRC', subjects: ['src.>'], num_replicas: 3 });
      await broker.addStream({ name: 'OUT', subjects: ['out.>'], num_replicas: 3 });
      await broker.addStream({ name: 'DEADLETTERS', subjects: ['deadletters.>'], num_replicas: 3 });
      await broker.fill('SRC', 20_000, event);
      await worker.start();
      await worker.until('it is in the middle', ({ counts }) => counts.finished > 1000, 60_000);
      const leader = (await broker.jsm.streams.info('OUT')).cluster?.leader;
      const server = servers.find(({ name }) => name === leader)!;
      await server.kill('SIGKILL');
      await broker.settled('SRC', 90_000);
      await expectEachOnce(broker, 20_000);
      await server.restart();
    } finally {
      await worker.dispose();
      await broker.close();
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});
