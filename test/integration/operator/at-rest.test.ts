import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { consumerName } from '@streamjob/nats';
import { resources, type Deployment } from '@streamjob/operator';
import {
  NAMESPACE,
  OPERATOR,
  startCluster,
  startEnvironment,
  type Cluster,
  type Environment,
} from './harness/environment.ts';
import { eventually, Jobs } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';
import { startOperator, type RunningOperator } from './harness/operator.ts';

jest.setTimeout(180_000);

let environment: Environment;
let other: Cluster;
const operators: RunningOperator[] = [];

function start(cluster: Cluster, clusterId: string): RunningOperator {
  const settings = { kubeconfig: cluster.operatorKubeconfig, natsUrl: environment.nats.url, clusterId };
  const operator = startOperator({ ...settings, leaderElection: true });
  operators.push(operator);
  return operator;
}

async function running({ api, kubectl }: Cluster, name: string): Promise<Jobs> {
  const jobs = new Jobs(api);
  await new Kubelet(jobs, kubectl).run(name);
  return jobs;
}

beforeAll(async () => {
  [environment, other] = await Promise.all([startEnvironment(), startCluster()]);
}, 120_000);

afterAll(async () => {
  await Promise.all(operators.map((operator) => operator.stop()));
  await Promise.all([environment.stop(), other.stop()]);
}, 60_000);

type AuditEvent = { verb: string; user: { username: string }; objectRef?: { resource?: string; subresource?: string } };

/** What the operator wrote since a place in the audit log, without the Lease. */
function writesSince(offset: number): string[] {
  const lines = readFileSync(environment.cluster.controlPlane.auditLogPath, 'utf8').slice(offset).trim().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ user }) => user.username === OPERATOR)
    .filter(({ objectRef }) => objectRef?.resource !== 'leases')
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ''}/${objectRef?.subresource ?? ''}`);
}

const auditSize = (): number => readFileSync(environment.cluster.controlPlane.auditLogPath, 'utf8').length;

test('two clusters’ jobs of one name have a consumer each, and deleting one leaves the other', async () => {
  start(environment.cluster, 'cluster-one');
  start(other, 'cluster-two');
  const here = await running(environment.cluster, 'same');
  await running(other, 'same');
  const nameIn = (clusterId: string): string => consumerName({ clusterId, namespace: NAMESPACE, name: 'same' });
  const names = async (): Promise<string[]> => {
    const found = await environment.streams.manager.consumers.list('FLIGHTS').next();
    return found.map(({ name }) => name).sort();
  };
  expect(await names()).toEqual([nameIn('cluster-one'), nameIn('cluster-two')].sort());
  await here.delete('same');
  await new Kubelet(here, environment.cluster.kubectl).collect('same');
  await here.gone(resources.streamJobs, 'same');
  expect(await names()).toEqual([nameIn('cluster-two')]);
});

test('nothing but the Lease is written while nothing changes, nor by a new leader', async () => {
  const jobs = await running(environment.cluster, 'resting');
  await jobs.create('bad', { steps: [{ name: 'late', filter: { expression: '(' } }] });
  await jobs.until('bad', 'Stalled', 'True', 'InvalidExpression');
  await jobs.create('away', { connection: 'nowhere' });
  await jobs.until('away', 'SourceReady', 'False', 'BrokerUnreachable');
  // The last events and statuses are on their way for a moment.
  await eventually('quiet', async () => {
    const before = auditSize();
    await delay(4_000);
    return writesSince(before).length === 0;
  });
  const before = auditSize();
  await delay(20_000);
  expect(writesSince(before)).toEqual([]);
  await operators[0]?.stop();
  const handed = auditSize();
  start(environment.cluster, 'cluster-one');
  await eventually('the new leader', async () => {
    const look = await jobs.annotate('resting', { look: String(Date.now()) });
    return look.metadata.uid !== '' && writesToLease(handed) > 0;
  });
  await delay(10_000);
  expect(writesSince(handed)).toEqual([]);
  const { spec } = await jobs.api.get<Deployment>(resources.deployments, {
    namespace: NAMESPACE,
    name: 'resting-worker',
  });
  expect(spec?.replicas).toBe(1);
});

function writesToLease(offset: number): number {
  const text = readFileSync(environment.cluster.controlPlane.auditLogPath, 'utf8').slice(offset);
  return text.split('\n').filter((line) => line.includes('"leases"') && line.includes(OPERATOR)).length;
}
