import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Progress } from '@streamjob/crds';
import { consumerName } from '@streamjob/nats';
import { NAMESPACE, startEnvironment, type Environment } from './harness/environment.ts';
import { eventually, Jobs, reading } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';
import { startOperator, type RunningOperator } from './harness/operator.ts';

jest.setTimeout(90_000);

let environment: Environment;
let operator: RunningOperator;
let jobs: Jobs;
let kubelet: Kubelet;

const consumerOf = (name: string): string => consumerName({ clusterId: 'cluster-one', namespace: NAMESPACE, name });

beforeAll(async () => {
  environment = await startEnvironment();
  const { cluster, nats } = environment;
  operator = startOperator({ kubeconfig: cluster.operatorKubeconfig, natsUrl: nats.url });
  jobs = new Jobs(cluster.api);
  kubelet = new Kubelet(jobs, environment.cluster.kubectl);
}, 120_000);

afterAll(async () => {
  await operator.stop();
  await environment.stop();
}, 60_000);

describe('the source', () => {
  test('was created anew: SourceRegressed, until it is accepted', async () => {
    const { streams } = environment;
    await streams.add('ANEW', ['anew.>']);
    await kubelet.run('anew', reading(['anew.>'], 'ANEW'));
    await streams.manager.streams.delete('ANEW');
    await streams.add('ANEW', ['anew.>']);
    const { message } = await jobs.until('anew', 'Ready', 'False', 'SourceRegressed');
    const created = /accept-source=(\S+)/.exec(message)?.[1] ?? '';
    await jobs.annotate('anew', { 'streamjobs.dev/accept-source': created });
    await eventually('the workers are told', async () =>
      (await jobs.deployment('anew')).spec?.template.spec?.containers[0]?.args?.includes(
        `--accept-source-created=${created}`,
      ),
    );
    await kubelet.rollOut('anew');
    await jobs.until('anew', 'SourceReady', 'True');
    await jobs.until('anew', 'Ready', 'True');
    expect((await streams.manager.consumers.info('ANEW', consumerOf('anew'))).config.durable_name).toBeDefined();
  });

  test('lost the consumer: ConsumerMissing, and none is made', async () => {
    await kubelet.run('lost');
    await environment.streams.manager.consumers.delete('FLIGHTS', consumerOf('lost'));
    await jobs.until('lost', 'Ready', 'False', 'ConsumerMissing');
    await jobs.until('lost', 'Stalled', 'True', 'ConsumerMissing');
    await expect(environment.streams.manager.consumers.info('FLIGHTS', consumerOf('lost'))).rejects.toThrow();
  });

  test('has a consumer of somebody else: ConsumerConflict, until it is adopted', async () => {
    const { manager } = environment.streams;
    const config = { durable_name: consumerOf('foreign'), ack_policy: 'explicit' as const };
    await manager.consumers.add('FLIGHTS', config);
    await jobs.create('foreign');
    await jobs.until('foreign', 'Stalled', 'True', 'ConsumerConflict');
    expect((await manager.consumers.info('FLIGHTS', consumerOf('foreign'))).config.metadata).not.toHaveProperty([
      'streamjobs.dev/name',
    ]);
    await jobs.annotate('foreign', { 'streamjobs.dev/adopt-consumer': 'true' });
    await jobs.deployment('foreign');
    await jobs.untilEvent('foreign', 'ConsumerAdopted');
  });

  test('is on a broker that is away: BrokerUnreachable', async () => {
    await jobs.create('away', { connection: 'nowhere' });
    await jobs.until('away', 'SourceReady', 'False', 'BrokerUnreachable');
    await jobs.until('away', 'Ready', 'False', 'BrokerUnreachable');
    expect(await jobs.condition('away', 'Stalled')).toBeUndefined();
  });
});

describe('the pods', () => {
  const waiting = (reason: string, message = ''): object => ({
    name: 'worker',
    image: 'worker:test',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { waiting: { reason, message } },
  });
  const ended = (reason: string, exitCode: number): object => ({
    ...waiting('CrashLoopBackOff'),
    restartCount: 3,
    lastState: { terminated: { reason, exitCode } },
  });
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const cases = [
    { reason: 'ImagePullFailed', status: { containerStatuses: [waiting('ImagePullBackOff')] } },
    { reason: 'CrashLooping', status: { containerStatuses: [ended('Error', 3)] } },
    { reason: 'OutOfMemory', status: { containerStatuses: [ended('OOMKilled', 137)] } },
    { reason: 'PodFailed', status: { containerStatuses: [waiting('CreateContainerConfigError', 'no such key')] } },
    {
      reason: 'Unschedulable',
      status: { conditions: [{ ...scheduled, status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }] },
    },
  ];

  test.each(cases)('$reason', async ({ reason, status }) => {
    const name = `pod-${reason.toLowerCase()}`;
    await jobs.create(name);
    await jobs.deployment(name);
    await kubelet.addPod(name, `${name}-1`, status);
    await jobs.until(name, 'Ready', 'False', reason);
  });

  test('lack a Secret: CredentialsMissing, learned from the kubelet’s event', async () => {
    await jobs.create('secretless', { credentialsSecretName: 'nats-user' });
    await jobs.deployment('secretless');
    const status = { containerStatuses: [waiting('ContainerCreating')], conditions: [scheduled] };
    const { metadata } = await kubelet.addPod('secretless', 'secretless-1', {});
    await environment.cluster.kubectl.apply([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'secretless-1.1', namespace: NAMESPACE },
        involvedObject: { kind: 'Pod', namespace: NAMESPACE, name: 'secretless-1', uid: metadata.uid },
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed for volume "credentials" : secret "nats-user" not found',
        type: 'Warning',
      },
    ]);
    await kubelet.setPod('secretless-1', status);
    const { message } = await jobs.until('secretless', 'Ready', 'False', 'CredentialsMissing');
    expect(message).toContain('nats-user');
  });

  test.each([
    { reason: 'QuotaExceeded', message: 'pods "x" is forbidden: exceeded quota: small' },
    { reason: 'PodsRefused', message: 'admission webhook "policy" denied the request' },
  ])('are refused: $reason', async ({ reason, message }) => {
    const name = reason.toLowerCase();
    await jobs.create(name);
    await jobs.deployment(name);
    await kubelet.fail(name, [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }]);
    await jobs.until(name, 'Ready', 'False', reason);
  });

  test('make no progress: RolloutStuck', async () => {
    await jobs.create('stuck');
    await jobs.deployment('stuck');
    await kubelet.fail('stuck', [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]);
    await jobs.until('stuck', 'Stalled', 'True', 'RolloutStuck');
  });
});

describe('the workers say', () => {
  let progress: Partial<Progress> = {};
  let server: Server;

  // Workers serve progress on port 8080 of their own address; this address is nobody else's on this machine.
  const address = '127.77.13.7';

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ ...healthy(), ...progress }));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(8080, address, resolve);
    });
    await kubelet.run('telling');
    const worker = { name: 'worker', image: 'w', imageID: '', ready: true, restartCount: 0, state: { running: {} } };
    const status = { podIP: address, podIPs: [{ ip: address }], phase: 'Running', containerStatuses: [worker] };
    await kubelet.addPod('telling', 'telling-1', status);
  }, 60_000);

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function healthy(): Progress {
    // What moves is looked at more often.
    const none = { received: Date.now(), finished: 0, emitted: 0, filtered: 0, dropped: 0, unrouted: 0 };
    const more = { deadLettered: 0, failed: 0, retried: 0, duplicates: 0, redelivered: 0 };
    return {
      uid: 'u',
      revision: 'r',
      startedAt: '2026-01-01T00:00:00Z',
      time: new Date().toISOString(),
      connected: true,
      account: null,
      pulling: true,
      counts: { ...none, ...more },
      inFlight: 0,
      oldestInFlightMs: 0,
      lastFinishedAt: null,
      waiting: [],
      stopped: null,
    };
  }

  const waits = (destination: string, reason: string): Partial<Progress> => ({
    waiting: [{ destination, reason, code: '503', held: 5, sinceMs: 1_000 }],
  });
  const cases: { reason: string; told: Partial<Progress> }[] = [
    { reason: 'SinkUnreachable', told: waits('out', 'SinkUnreachable') },
    { reason: 'SinkRefuses', told: waits('out', 'SinkRefuses') },
    { reason: 'DeadLettersBlocked', told: waits('deadLetter', 'DeadLettersBlocked') },
    { reason: 'PermissionDenied', told: waits('out', 'PermissionDenied') },
    { reason: 'BrokerUnreachable', told: waits('source', 'BrokerUnreachable') },
    { reason: 'WorkerWaits', told: waits('out', 'SomethingNew') },
    { reason: 'SourceRegressed', told: { stopped: { reason: 'SourceRegressed', message: 'went back' } } },
    { reason: 'WorkerStopped', told: { stopped: { reason: 'SomethingNew', message: 'new' } } },
    { reason: 'AccountMismatch', told: { account: 'ANOTHER' } },
  ];

  test.each(cases)('$reason', async ({ reason, told }) => {
    progress = told;
    await jobs.until('telling', 'Ready', 'False', reason);
  });

  test('that all is well again, and how much they do', async () => {
    progress = { counts: { ...healthy().counts, deadLettered: 3, unrouted: 2 } };
    await jobs.until('telling', 'Ready', 'True', 'Running');
    expect((await jobs.get('telling')).status?.throughput).toMatchObject({ deadLettered: 3, unrouted: 2 });
  });
});
