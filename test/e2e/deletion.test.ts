import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { BROKER_NAMESPACE } from './harness/broker/index.ts';
import { eventually } from './harness/eventually.ts';
import { fingerprint } from './harness/jobs.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(400_000);

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('deletion');
});

afterAll(() => scene.close());

async function consumersOf(stream: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of scene.broker.manager.consumers.list(stream)) names.push(name);
  return names;
}

/** Kinds and names of all that carries the job's label. */
async function objectsOf(job: string): Promise<string[]> {
  const kinds = 'deploy,rs,pods,cm,sa,pdb,netpol';
  const args = ['get', kinds, '-n', scene.namespace, '-l', `streamjobs.dev/job=${job}`, '-o', 'name'];
  return (await scene.cluster.kubectl(args)).split('\n').filter((line) => line !== '');
}

async function run(job: string, over: object = {}): Promise<void> {
  await Promise.all([scene.stream(`${job}-in`), scene.stream(`${job}-out`)]);
  await create(job, over);
}

function create(job: string, over: object = {}): Promise<void> {
  const sinks = [{ name: 'out', jetstream: { subject: `deletion.${job}-out.all` } }];
  return scene.jobs.run(job, `deletion-${job}-in`, { sinks, ...over });
}

test('takes everything that was made, the consumer last', async () => {
  await run('plain');
  expect(await consumersOf('deletion-plain-in')).toHaveLength(1);
  expect((await objectsOf('plain')).length).toBeGreaterThanOrEqual(6);
  await scene.jobs.delete('plain');
  await scene.jobs.gone('plain');
  expect(await consumersOf('deletion-plain-in')).toEqual([]);
  await eventually('the garbage collector is done', async () => (await objectsOf('plain')).length === 0);
});

test('with Retain keeps the place in the stream, and a job of the same name goes on from there', async () => {
  const { jobs, broker } = scene;
  await run('kept', { deletionPolicy: 'Retain' });
  await publishNumbers(broker, 'deletion.kept-in.x', 0, 500);
  await arrived(broker, 'deletion-kept-out', 500);
  await jobs.delete('kept');
  await jobs.gone('kept');
  const [consumer] = await consumersOf('deletion-kept-in');
  expect(consumer).toMatch(/^sj-.*-kept$/);
  await publishNumbers(broker, 'deletion.kept-in.x', 500, 500);
  await create('kept');
  expect(await arrived(broker, 'deletion-kept-out', 1_000)).toEqual({ found: 1_000, missing: 0, doubled: 0 });
  expect(await consumersOf('deletion-kept-in')).toEqual([consumer]);
});

describe('while NATS is down', () => {
  const scaleBroker = (replicas: number): Promise<string> =>
    scene.cluster.kubectl(['scale', 'sts/nats', '-n', BROKER_NAMESPACE, `--replicas=${replicas}`]);

  afterAll(() => scaleBroker(1));

  test('a job that is deleted waits and says so, the others wait too; all go on when it is back', async () => {
    const { jobs, broker, cluster } = scene;
    await Promise.all([run('leaving'), run('staying')]);
    const workers = fingerprint(await jobs.untilWorkers('staying', 1));
    await scaleBroker(0);
    await cluster.kubectl(['wait', '--for=delete', 'pod/nats-0', '-n', BROKER_NAMESPACE, '--timeout=60s']);
    await jobs.delete('leaving');
    await jobs.until('leaving', 'Stalled', 'True', 'BrokerUnreachable');
    await jobs.until('staying', 'SourceReady', 'False', 'BrokerUnreachable');
    await jobs.until('staying', 'Ready', 'False', 'BrokerUnreachable');
    expect(await jobs.pods('leaving')).toEqual([]);
    expect((await jobs.get('leaving')).metadata.finalizers).toEqual(['streamjobs.dev/cleanup']);
    await scaleBroker(1);
    await jobs.gone('leaving');
    expect(await consumersOf('deletion-leaving-in')).toEqual([]);
    await jobs.until('staying', 'Ready', 'True', 'Running');
    await publishNumbers(broker, 'deletion.staying-in.x', 0, 500);
    expect(await arrived(broker, 'deletion-staying-out', 500)).toEqual({ found: 500, missing: 0, doubled: 0 });
    expect(fingerprint(await jobs.pods('staying'))).toEqual(workers);
  });
});
