import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OPERATOR_NAMESPACE } from '../../../hack/src/platform/index.ts';
import { BROKER_NAMESPACE } from '../harness/broker/index.ts';
import { eventually } from '../harness/eventually.ts';
import { killContainer } from '../harness/faults.ts';
import { leader } from '../harness/release.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { arrived } from '../harness/traffic.ts';

jest.setTimeout(400_000);

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('kills');
});

afterAll(() => scene.close());

describe('nothing is lost and nothing doubled by a kill -9', () => {
  const kills: Record<string, (job: string) => Promise<void>> = {
    worker: async (job) => {
      const [victim] = await scene.jobs.untilWorkers(job, 2);
      const { namespace, cluster } = scene;
      await killContainer(cluster, { namespace, pod: victim?.metadata.name ?? '', container: 'worker' });
    },
    nats: () => killContainer(scene.cluster, { namespace: BROKER_NAMESPACE, pod: 'nats-0', container: 'nats' }),
  };

  test.each(Object.entries(kills))('of %s in mid-stream', async (name, kill) => {
    const [source, results] = await Promise.all([scene.stream(`${name}-in`), scene.stream(`${name}-out`)]);
    const subject = `kills.${name}-out.all`;
    await scene.jobs.run(name, source, { replicas: 2, sinks: [{ name: 'out', jetstream: { subject } }] });
    const traffic = scene.traffic(`kills.${name}-in.x`);
    await traffic.past(2_000);
    await kill(name);
    const now = await traffic.past(0);
    await traffic.past(now + 3_000);
    const count = await traffic.stop();
    expect(await arrived(scene.broker, results, count)).toEqual({ found: count, missing: 0, doubled: 0 });
    await scene.jobs.untilWorkers(name, 2);
    await scene.jobs.until(name, 'Ready', 'True', 'Running');
  });
});

test('another operator takes over when the leader is killed, and workers don’t notice', async () => {
  const { jobs, broker, cluster } = scene;
  const [source, results] = await Promise.all([scene.stream('op-in'), scene.stream('op-out')]);
  await jobs.run('op', source, { sinks: [{ name: 'out', jetstream: { subject: 'kills.op-out.all' } }] });
  const traffic = scene.traffic('kills.op-in.x');
  await traffic.past(1_000);
  const before = await leader(cluster);
  await killContainer(cluster, { namespace: OPERATOR_NAMESPACE, pod: before ?? '', container: 'operator' });
  await jobs.edit('op', { replicas: 2 });
  await jobs.untilWorkers('op', 2);
  await eventually('somebody leads', async () => (await leader(cluster)) !== undefined);
  await jobs.until('op', 'Ready', 'True', 'Running');
  const count = await traffic.stop();
  expect(await arrived(broker, results, count)).toEqual({ found: count, missing: 0, doubled: 0 });
});
