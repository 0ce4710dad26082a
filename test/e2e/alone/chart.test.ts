import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Pod, resources } from '@streamjob/operator';
import { helm, OPERATOR_NAMESPACE, RELEASE } from '../../../hack/src/platform/index.ts';
import { eventually } from '../harness/eventually.ts';
import { fingerprint } from '../harness/jobs.ts';
import { install, releaseValues, type Values } from '../harness/release.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { arrived, publishNumbers } from '../harness/traffic.ts';

jest.setTimeout(400_000);

const JOB = 'lasting';

let scene: Scene;
let values: Values;
let workers: unknown;
let sent = 0;

beforeAll(async () => {
  scene = await openScene('chart');
  values = await releaseValues(scene.cluster);
  await Promise.all(['in', 'out', 'idle'].map((part) => scene.stream(part)));
  await scene.jobs.run(JOB, 'chart-in');
  workers = fingerprint(await scene.jobs.untilWorkers(JOB, 1));
});

afterAll(async () => {
  await install(scene.cluster, values);
  await scene.close();
});

/** The job's workers are the ones that they always were, and messages go through them. */
async function expectUntouched(): Promise<void> {
  await publishNumbers(scene.broker, 'chart.in.x', sent, 100);
  sent += 100;
  expect(await arrived(scene.broker, 'chart-out', sent)).toEqual({ found: sent, missing: 0, doubled: 0 });
  expect(fingerprint(await scene.jobs.pods(JOB))).toEqual(workers);
}

async function operatorPods(): Promise<string[]> {
  const { items } = await scene.cluster.api.list<Pod>(resources.pods, { namespace: OPERATOR_NAMESPACE });
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.uid);
}

describe('the release', () => {
  test('passes helm test', async () => {
    expect(await helm(scene.cluster.kubectl, ['test', RELEASE, '--timeout', '2m'])).toMatch(/Phase:\s+Succeeded/);
  });

  test('is upgraded to other values without touching a running job', async () => {
    const before = await operatorPods();
    await install(scene.cluster, { ...values, logLevel: 'debug', podAnnotations: { changed: 'yes' } });
    const after = await operatorPods();
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    await expectUntouched();
    await scene.jobs.edit(JOB, { replicas: 2 });
    await scene.jobs.untilWorkers(JOB, 2);
    await scene.jobs.edit(JOB, { replicas: 1 });
    workers = fingerprint(await scene.jobs.untilWorkers(JOB, 1));
  });

  test('gets a connection that a job waits for: ConnectionNotFound', async () => {
    const { jobs, cluster } = scene;
    await jobs.create('early', 'chart-idle', { connection: 'coming' });
    await jobs.until('early', 'Stalled', 'True', 'ConnectionNotFound');
    const [like] = values.connections.filter(({ name }) => name === 'e2e');
    await install(cluster, { ...values, connections: [...values.connections, { ...like, name: 'coming' }] });
    await jobs.until('early', 'Ready', 'True', 'Running');
    await jobs.delete('early');
    await jobs.gone('early');
    await install(cluster, values);
  });

  test('names a worker image that cannot be had: ImagePullFailed, until it can', async () => {
    const { jobs, cluster } = scene;
    const { namespace, jobs: others } = await scene.room('image');
    const image = { ...(values.worker as { image: object }).image, tag: 'no-such-tag' };
    await install(cluster, { ...values, worker: { image } });
    await others.create('imageless', 'chart-idle');
    const { message } = await others.until('imageless', 'Ready', 'False', 'ImagePullFailed');
    expect(message).toContain('no-such-tag');
    await install(cluster, values);
    await others.until('imageless', 'Ready', 'True', 'Running');
    await cluster.kubectl(['delete', 'sj', 'imageless', '-n', namespace]);
    await jobs.until(JOB, 'Ready', 'True', 'Running');
    workers = fingerprint(await jobs.untilWorkers(JOB, 1));
  });

  test('may watch some namespaces alone, with rights there and nowhere else', async () => {
    const { cluster } = scene;
    const { namespace: inside, jobs: watched } = await scene.room('inside');
    const { namespace: outside, jobs: unwatched } = await scene.room('outside');
    const clusterId = await cluster.kubectl(['get', 'ns', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    await install(cluster, { ...values, watchNamespaces: [inside], clusterId });
    await unwatched.create('apart', 'chart-idle');
    await watched.run('near', 'chart-idle');
    expect((await unwatched.get('apart')).status).toBeUndefined();
    const account = `system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`;
    const may = (namespace: string): Promise<string> =>
      cluster.kubectl(['auth', 'can-i', 'list', 'pods', '-n', namespace, '--as', account]);
    expect(await may(inside)).toMatch(/^yes/);
    await expect(may(outside)).rejects.toThrow();
    await install(cluster, values);
    await unwatched.until('apart', 'Ready', 'True', 'Running');
    await expectUntouched();
  });

  test('is uninstalled: jobs and their workers go on, and are taken up by the next one', async () => {
    const { cluster, jobs } = scene;
    await helm(cluster.kubectl, ['uninstall', RELEASE, '--wait']);
    expect(await operatorPods()).toEqual([]);
    expect((await jobs.get(JOB)).metadata.deletionTimestamp).toBeUndefined();
    await expectUntouched();
    await install(cluster, values);
    await jobs.edit(JOB, { replicas: 2 });
    await jobs.untilWorkers(JOB, 2);
    await eventually('it is Ready', async () => (await jobs.condition(JOB, 'Ready'))?.status === 'True');
  });
});
