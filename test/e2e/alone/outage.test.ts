import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { BROKER_NAMESPACE } from '../harness/broker/index.ts';
import { fingerprint } from '../harness/jobs.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { arrived, publishNumbers } from '../harness/traffic.ts';

jest.setTimeout(400_000);

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('outage');
});

afterAll(async () => {
  await scaleBroker(1);
  await scene.close();
});

function scaleBroker(replicas: number): Promise<string> {
  return scene.cluster.kubectl(['scale', 'sts/nats', '-n', BROKER_NAMESPACE, `--replicas=${replicas}`]);
}

async function run(job: string): Promise<void> {
  await Promise.all([scene.stream(`${job}-in`), scene.stream(`${job}-out`)]);
  const sinks = [{ name: 'out', jetstream: { subject: `outage.${job}-out.all` } }];
  await scene.jobs.run(job, `outage-${job}-in`, { sinks });
}

test('a job that is deleted while NATS is down waits and says so, others wait too; all go on when it is back', async () => {
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
  expect(await broker.consumers('outage-leaving-in')).toEqual([]);
  await jobs.until('staying', 'Ready', 'True', 'Running');
  await publishNumbers(broker, 'outage.staying-in.x', 0, 500);
  expect(await arrived(broker, 'outage-staying-out', 500)).toEqual({ found: 500, missing: 0, doubled: 0 });
  expect(fingerprint(await jobs.pods('staying'))).toEqual(workers);
});
