import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { consumerName } from '@streamjob/nats';
import {
  resources,
  type ConfigMap,
  type NetworkPolicy,
  type PodDisruptionBudget,
  type ServiceAccount,
} from '@streamjob/operator';
import { NAMESPACE, startEnvironment, type Environment } from './harness/environment.ts';
import { eventually, Jobs, reading } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';
import { startOperator, type RunningOperator } from './harness/operator.ts';

jest.setTimeout(60_000);

let environment: Environment;
let operator: RunningOperator;
let jobs: Jobs;
let kubelet: Kubelet;

const CLUSTER_ID = 'cluster-one';
const consumerOf = (name: string): string => consumerName({ clusterId: CLUSTER_ID, namespace: NAMESPACE, name });
const consumerInfo = (name: string) => environment.streams.manager.consumers.info('FLIGHTS', consumerOf(name));
const filtersOf = async (name: string): Promise<string[]> => {
  const { config } = await consumerInfo(name);
  return config.filter_subjects ?? (config.filter_subject === undefined ? [] : [config.filter_subject]);
};
const untilFilters = (name: string, filters: string[]) =>
  eventually(`${name} reads ${filters.join()}`, async () => (await filtersOf(name)).sort().join() === filters.join());

beforeAll(async () => {
  environment = await startEnvironment();
  operator = startOperator({
    kubeconfig: environment.cluster.operatorKubeconfig,
    natsUrl: environment.nats.url,
    clusterId: CLUSTER_ID,
  });
  jobs = new Jobs(environment.cluster.api);
  kubelet = new Kubelet(jobs, environment.cluster.kubectl);
}, 120_000);

afterAll(async () => {
  await operator.stop();
  await environment.stop();
}, 60_000);

describe('a new job', () => {
  test('gets its consumer and its objects, and is Ready when its workers are', async () => {
    await kubelet.run('plain', { replicas: 2 });
    const { uid, finalizers } = (await jobs.get('plain')).metadata;
    expect(finalizers).toEqual(['streamjobs.dev/cleanup']);
    const { config } = await consumerInfo('plain');
    expect(config).toMatchObject({ ack_policy: 'explicit', max_ack_pending: 10_000 });
    expect(config.metadata).toMatchObject({
      'streamjobs.dev/cluster': CLUSTER_ID,
      'streamjobs.dev/namespace': NAMESPACE,
      'streamjobs.dev/name': 'plain',
    });
    const deployment = await jobs.deployment('plain');
    const owned = [
      deployment,
      await jobs.find<ServiceAccount>(resources.serviceAccounts, 'plain-worker'),
      await jobs.find<PodDisruptionBudget>(resources.podDisruptionBudgets, 'plain-worker'),
      await jobs.find<NetworkPolicy>(resources.networkPolicies, 'plain-worker'),
      await jobs.find<ConfigMap>(
        resources.configMaps,
        deployment.spec?.template.spec?.volumes?.[0]?.configMap?.name ?? '',
      ),
    ];
    for (const object of owned) expect(object?.metadata.ownerReferences).toMatchObject([{ uid, controller: true }]);
    expect(owned[4]).toMatchObject({ immutable: true });
    expect(owned[4]).toMatchObject({ data: { 'job.yaml': expect.stringContaining('event.delay > 60') } });
  });

  test('tells its state to programs and people', async () => {
    const { status } = await jobs.get('plain');
    expect(status).toMatchObject({
      phase: 'Running',
      replicas: 2,
      readyReplicas: 2,
      source: { stream: 'FLIGHTS', consumer: consumerOf('plain'), pending: 0 },
    });
    expect(status?.conditions?.map(({ type, status: held }) => `${type}=${held}`).sort()).toEqual([
      'Ready=True',
      'SourceReady=True',
    ]);
    const { kubectl } = environment.cluster;
    await kubectl(['wait', '--for=condition=Ready', 'streamjob/plain', '-n', NAMESPACE, '--timeout=5s']);
    const events = await jobs.events('plain');
    expect(events).toEqual(expect.arrayContaining(['ConsumerCreated', 'RolloutStarted', 'Running']));
  });

  test('that names no connection of ours, or one of others, is told so', async () => {
    await jobs.create('unknown', { connection: 'missing' });
    await jobs.create('private', { connection: 'private' });
    await jobs.until('unknown', 'Stalled', 'True', 'ConnectionNotFound');
    await jobs.until('private', 'Stalled', 'True', 'ConnectionNotAllowed');
    expect(await jobs.find(resources.deployments, 'private-worker')).toBeUndefined();
    await jobs.delete('unknown');
    await jobs.delete('private');
    await jobs.gone(resources.streamJobs, 'private');
  });

  test('waits for its stream', async () => {
    await jobs.create('early', reading(['early.>'], 'EARLY'));
    await jobs.until('early', 'SourceReady', 'False', 'StreamNotFound');
    expect(await jobs.find(resources.deployments, 'early-worker')).toBeUndefined();
    await environment.streams.add('EARLY', ['early.>']);
    await jobs.deployment('early');
    await kubelet.rollOut('early');
    await jobs.until('early', 'SourceReady', 'True');
    await jobs.untilGone('early', 'Stalled');
  });

  test('leaves a foreign object of its name alone', async () => {
    const { kubectl } = environment.cluster;
    await kubectl(['create', 'serviceaccount', 'guest-worker', '-n', NAMESPACE]);
    const before = await jobs.find<ServiceAccount>(resources.serviceAccounts, 'guest-worker');
    await jobs.create('guest');
    const { message } = await jobs.until('guest', 'Stalled', 'True', 'NameConflict');
    expect(message).toContain('ServiceAccount guest-worker');
    expect(await jobs.find(resources.serviceAccounts, 'guest-worker')).toEqual(before);
    expect(await jobs.find(resources.deployments, 'guest-worker')).toBeUndefined();
    await kubectl(['delete', 'serviceaccount', 'guest-worker', '-n', NAMESPACE]);
    await jobs.annotate('guest', { touched: 'true' });
    await jobs.deployment('guest');
  });

  test('whose objects are changed or removed by hand is repaired', async () => {
    const { kubectl } = environment.cluster;
    await kubectl(['delete', 'networkpolicy', 'plain-worker', '-n', NAMESPACE]);
    await eventually('the policy is back', async () => jobs.find(resources.networkPolicies, 'plain-worker'));
    const patch = { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } };
    await environment.cluster.kubectl([
      ...['patch', 'deployment', 'plain-worker', '-n', NAMESPACE, '--type=merge', '-p'],
      JSON.stringify(patch),
    ]);
    await eventually(
      'the Deployment is as it was',
      async () => (await jobs.deployment('plain')).spec?.template.spec?.terminationGracePeriodSeconds === 30,
    );
  });
});

describe('a bad edit', () => {
  const bad = { steps: [{ name: 'late', filter: { expression: 'event.delay >' } }] };

  test('leaves what runs as it is, says where it is wrong, and goes away with its correction', async () => {
    const before = await kubelet.run('edited');
    await jobs.edit('edited', bad);
    const { message } = await jobs.until('edited', 'Stalled', 'True', 'InvalidExpression');
    expect(message).toContain('spec.steps[0].filter.expression, line 1, column');
    expect(message).toContain('^');
    await jobs.until('edited', 'Ready', 'True', 'Running');
    expect((await jobs.deployment('edited')).metadata.generation).toBe(before.metadata.generation);
    await jobs.edit('edited', { steps: [{ name: 'late', filter: { expression: 'event.delay > 90' } }] });
    await jobs.untilGone('edited', 'Stalled');
    await eventually(
      'the new revision rolls out',
      async () => ((await jobs.deployment('edited')).metadata.generation ?? 0) > (before.metadata.generation ?? 0),
    );
    await kubelet.rollOut('edited');
    await jobs.until('edited', 'Ready', 'True', 'Running');
    await jobs.untilEvent('edited', 'InvalidExpression');
  });

  test('still lets the job be scaled and suspended', async () => {
    await jobs.edit('edited', { ...bad, replicas: 3 });
    await jobs.until('edited', 'Stalled', 'True');
    await eventually('three workers', async () => (await jobs.deployment('edited')).spec?.replicas === 3);
    await jobs.edit('edited', { suspend: true });
    await eventually('no workers', async () => (await jobs.deployment('edited')).spec?.replicas === 0);
    await jobs.until('edited', 'Ready', 'False', 'Suspended');
  });

  test.each([
    {
      name: 'a schema that is none',
      spec: { steps: [{ name: 'late', validate: { schema: { type: 'nonsense' } } }] },
      reason: 'InvalidSchema',
      told: 'spec.steps[0].validate.schema',
    },
    {
      name: 'a worker that the API server refuses',
      spec: { worker: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } } },
      reason: 'InvalidWorker',
      told: 'spec.worker.resources.requests',
    },
  ])('$name', async ({ spec, reason, told }) => {
    const name = reason.toLowerCase();
    const before = await kubelet.run(name);
    await jobs.edit(name, spec);
    const { message } = await jobs.until(name, 'Stalled', 'True', reason);
    expect(message).toContain(told);
    expect((await jobs.deployment(name)).spec).toEqual(before.spec);
    await jobs.until(name, 'Ready', 'True');
  });
});

describe('the number of workers', () => {
  test('is set through the scale subresource, and read from it', async () => {
    await kubelet.run('scaled');
    const { kubectl } = environment.cluster;
    await kubectl(['scale', 'streamjob/scaled', '-n', NAMESPACE, '--replicas=4']);
    await eventually('four workers', async () => (await jobs.deployment('scaled')).spec?.replicas === 4);
    expect((await consumerInfo('scaled')).config.max_ack_pending).toBe(20_000);
    await kubelet.rollOut('scaled');
    await eventually('status.replicas', async () => (await jobs.get('scaled')).status?.replicas === 4);
    await jobs.untilEvent('scaled', 'Scaled');
  });

  test('is none while suspended, and comes back', async () => {
    await jobs.edit('scaled', { suspend: true });
    await eventually('no workers', async () => (await jobs.deployment('scaled')).spec?.replicas === 0);
    await jobs.until('scaled', 'Ready', 'False', 'Suspended');
    expect((await jobs.get('scaled')).status?.phase).toBe('Suspended');
    await jobs.edit('scaled', { suspend: false });
    await eventually('four workers', async () => (await jobs.deployment('scaled')).spec?.replicas === 4);
  });

  test('may be none by wish', async () => {
    await jobs.edit('scaled', { replicas: 0 });
    await jobs.until('scaled', 'Ready', 'True', 'Idle');
  });
});

describe('a filter', () => {
  test('is widened before the rollout and narrowed after it', async () => {
    await kubelet.run('filtered', reading(['flights.a.>']));
    await jobs.edit('filtered', reading(['flights.a.>', 'flights.b']));
    await untilFilters('filtered', ['flights.a.>', 'flights.b']);
    await kubelet.rollOut('filtered');
    await jobs.edit('filtered', reading(['flights.a.x']));
    const { generation } = await jobs.get('filtered').then(({ metadata }) => metadata);
    await eventually('seen', async () => (await jobs.get('filtered')).status?.observedGeneration === generation);
    await kubelet.beginRollOut('filtered');
    await jobs.until('filtered', 'Reconciling', 'True', 'RollingOut');
    expect((await filtersOf('filtered')).sort()).toEqual(['flights.a.>', 'flights.b']);
    await kubelet.rollOut('filtered');
    await untilFilters('filtered', ['flights.a.x']);
  });

  test('that is narrowed and restored before it was rolled out skips nothing', async () => {
    await kubelet.run('restored', reading(['flights.r.>']));
    await jobs.edit('restored', reading(['flights.r.one']));
    await jobs.until('restored', 'Reconciling', 'True', 'RollingOut');
    await kubelet.beginRollOut('restored');
    await environment.streams.publish('flights.r.two', 5);
    await jobs.edit('restored', reading(['flights.r.>']));
    await jobs.until('restored', 'Reconciling', 'True', 'RollingOut');
    await kubelet.rollOut('restored');
    await jobs.untilGone('restored', 'Reconciling');
    expect(await filtersOf('restored')).toEqual(['flights.r.>']);
    expect((await consumerInfo('restored')).num_pending).toBe(5);
  });

  test('leaves no old manifest behind', async () => {
    await eventually('one manifest', async () => {
      const { items } = await jobs.api.list<ConfigMap>(resources.configMaps, { namespace: NAMESPACE });
      return items.filter(({ metadata }) => metadata.name.startsWith('restored-worker-')).length === 1;
    });
  });
});
