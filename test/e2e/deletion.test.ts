import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventually } from './harness/eventually.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(400_000);

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('deletion');
});

afterAll(() => scene.close());

const consumersOf = (stream: string): Promise<string[]> => scene.broker.consumers(stream);

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
