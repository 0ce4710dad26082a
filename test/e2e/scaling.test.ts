import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, type Traffic } from './harness/traffic.ts';

jest.setTimeout(400_000);

const JOB = 'scaled';

let scene: Scene;
let traffic: Traffic;

beforeAll(async () => {
  scene = await openScene('scaling');
  await Promise.all([scene.stream('in'), scene.stream('out')]);
  await scene.jobs.run(JOB, 'scaling-in');
  traffic = scene.traffic('scaling.in.x');
});

afterAll(() => scene.close());

const scale = (replicas: number): Promise<string> =>
  scene.cluster.kubectl(['scale', `sj/${JOB}`, '-n', scene.namespace, `--replicas=${replicas}`]);

describe('while messages flow', () => {
  test('one worker becomes three, and three become one', async () => {
    for (const replicas of [3, 1]) {
      await scale(replicas);
      await scene.jobs.untilWorkers(JOB, replicas);
      await traffic.past((await traffic.past(0)) + 1_000);
    }
    await scene.jobs.until(JOB, 'Ready', 'True', 'Running');
  });

  test('the job is suspended and resumed', async () => {
    await scene.jobs.edit(JOB, { suspend: true });
    await scene.jobs.until(JOB, 'Ready', 'False', 'Suspended');
    await scene.jobs.untilWorkers(JOB, 0);
    await traffic.past((await traffic.past(0)) + 1_000);
    await scene.jobs.edit(JOB, { suspend: false });
    await scene.jobs.untilWorkers(JOB, 1);
  });

  test('a new revision replaces the old workers', async () => {
    const before = (await scene.jobs.untilWorkers(JOB, 1)).map(({ metadata }) => metadata.name);
    await scene.jobs.edit(JOB, { steps: [{ name: 'more', map: { set: { even: 'event.id % 2.0 == 0.0' } } }] });
    await scene.jobs.until(JOB, 'Reconciling', 'True', 'RollingOut');
    await scene.jobs.until(JOB, 'Ready', 'True', 'Running');
    await scene.jobs.untilGone(JOB, 'Reconciling');
    const after = (await scene.jobs.untilWorkers(JOB, 1)).map(({ metadata }) => metadata.name);
    expect(after).not.toEqual(before);
    await traffic.past((await traffic.past(0)) + 1_000);
  });

  test('nothing is lost and nothing doubled by any of it', async () => {
    const count = await traffic.stop();
    expect(await arrived(scene.broker, 'scaling-out', count)).toEqual({ found: count, missing: 0, doubled: 0 });
  });
});
