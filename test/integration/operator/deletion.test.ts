import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { consumerName } from '@streamjob/nats';
import { resources, systemClock, type Clock } from '@streamjob/operator';
import { NAMESPACE, startEnvironment, type Environment } from './harness/environment.ts';
import { eventually, Jobs } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';
import { startOperator, type RunningOperator } from './harness/operator.ts';

jest.setTimeout(90_000);

let environment: Environment;
let operator: RunningOperator;
let jobs: Jobs;
let kubelet: Kubelet;
let aheadMs = 0;

/** The system's time, which a test can put forward. */
const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };

const consumerOf = (name: string): string => consumerName({ clusterId: 'cluster-one', namespace: NAMESPACE, name });

async function hasConsumer(name: string): Promise<boolean> {
  const found = await environment.streams.manager.consumers.list('FLIGHTS').next();
  return found.some((info) => info.name === consumerOf(name));
}

beforeAll(async () => {
  environment = await startEnvironment();
  const { cluster, nats } = environment;
  operator = startOperator({ kubeconfig: cluster.operatorKubeconfig, natsUrl: nats.url, clock });
  jobs = new Jobs(cluster.api);
  kubelet = new Kubelet(jobs, environment.cluster.kubectl);
}, 120_000);

afterAll(async () => {
  await operator.stop();
  await environment.stop();
}, 60_000);

describe('deletion', () => {
  test('waits for the workers, then takes the consumer away, then lets the job go', async () => {
    await kubelet.run('plain');
    await kubelet.addPod('plain', 'plain-pod');
    await jobs.delete('plain');
    await kubelet.collect('plain');
    await jobs.until('plain', 'Reconciling', 'True', 'Terminating');
    await eventually('the Deployment is gone', async () => {
      return (await jobs.find(resources.deployments, 'plain-worker')) === undefined;
    });
    expect(await hasConsumer('plain')).toBe(true);
    await kubelet.endPod('plain-pod');
    await jobs.gone(resources.streamJobs, 'plain');
    expect(await hasConsumer('plain')).toBe(false);
    await jobs.untilEvent('plain', 'ConsumerDeleted');
  });

  test('keeps the consumer when told to, and a job of the same name goes on with it', async () => {
    await environment.streams.publish('flights.kept', 3);
    await kubelet.run('kept', { deletionPolicy: 'Retain' });
    const { created } = await environment.streams.manager.consumers.info('FLIGHTS', consumerOf('kept'));
    await jobs.delete('kept');
    await kubelet.collect('kept');
    await jobs.gone(resources.streamJobs, 'kept');
    expect(await hasConsumer('kept')).toBe(true);
    await jobs.untilEvent('kept', 'ConsumerRetained');
    // No garbage collector runs here, so what the first job owned goes by hand.
    const owned = ['configmap', 'serviceaccount', 'networkpolicy', 'poddisruptionbudget'];
    const which = ['-n', NAMESPACE, '-l', 'streamjobs.dev/job=kept'];
    await environment.cluster.kubectl(['delete', owned.join(','), ...which]);
    await kubelet.run('kept');
    const again = await environment.streams.manager.consumers.info('FLIGHTS', consumerOf('kept'));
    expect(again.created).toBe(created);
    expect(again.config.metadata?.['streamjobs.dev/uid']).toBe((await jobs.get('kept')).metadata.uid);
  });

  test('leaves a consumer alone that is another’s by now', async () => {
    await kubelet.run('taken');
    const { config } = await environment.streams.manager.consumers.info('FLIGHTS', consumerOf('taken'));
    const metadata = { ...config.metadata, 'streamjobs.dev/cluster': 'another' };
    await environment.streams.manager.consumers.update('FLIGHTS', consumerOf('taken'), { ...config, metadata });
    await jobs.delete('taken');
    await kubelet.collect('taken');
    await jobs.gone(resources.streamJobs, 'taken');
    expect(await hasConsumer('taken')).toBe(true);
    await jobs.untilEvent('taken', 'ConsumerConflict');
  });

  test('of a job that never ran is immediate', async () => {
    await jobs.create('never', { connection: 'nowhere' });
    await jobs.until('never', 'SourceReady', 'False', 'BrokerUnreachable');
    await jobs.delete('never');
    await jobs.gone(resources.streamJobs, 'never');
  });
});

describe('deletion while the broker is down', () => {
  test('waits for it and says so, and is done when it is back', async () => {
    await kubelet.run('waiting');
    await environment.nats.kill('SIGKILL');
    await jobs.delete('waiting');
    await kubelet.collect('waiting');
    await jobs.until('waiting', 'Stalled', 'True', 'BrokerUnreachable');
    expect(await jobs.find(resources.streamJobs, 'waiting')).toBeDefined();
    await environment.nats.restart();
    await jobs.gone(resources.streamJobs, 'waiting');
    await eventually('the consumer is gone', async () => !(await hasConsumer('waiting')));
  });

  test('lets go after ten minutes, and names what it left', async () => {
    await kubelet.run('left');
    await environment.nats.kill('SIGKILL');
    await jobs.delete('left');
    await kubelet.collect('left');
    await jobs.until('left', 'Stalled', 'True', 'BrokerUnreachable');
    const logged = operator.log.length;
    aheadMs = 9 * 60_000;
    await jobs.annotate('left', { look: 'again' });
    const isLook = (line: string): boolean => line.includes('consumer request failed') && line.includes('/left');
    await eventually('a look at nine minutes', () => operator.log.slice(logged).some(isLook));
    expect(await jobs.find(resources.streamJobs, 'left')).toBeDefined();
    aheadMs = 11 * 60_000;
    await jobs.annotate('left', { look: 'once more' });
    await jobs.gone(resources.streamJobs, 'left');
    await jobs.untilEvent('left', 'ConsumerLeft');
    await environment.nats.restart();
    await eventually('the consumer is still there', () => hasConsumer('left'));
  });
});
