import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { resources } from '@streamjob/operator';
import { startEnvironment, type Environment } from './harness/environment.ts';
import { Jobs } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';
import { startOperator, type RunningOperator } from './harness/operator.ts';

jest.setTimeout(90_000);

const BROKER = `
accounts {
  JOBS {
    jetstream: enabled
    users: [
      { user: admin, password: pw }
      { user: reader, password: pw, permissions: { publish: { deny: ["$JS.API.CONSUMER.>"] } } }
      { user: blind, password: pw, permissions: { publish: { deny: ["$JS.API.STREAM.INFO.>"] } } }
    ]
  }
}
`;

let environment: Environment;
let operator: RunningOperator;
let jobs: Jobs;
let dir: string;

/** A mounted Secret with a user and a password. */
function secret(user: string, password = 'pw'): string {
  const path = join(dir, `${user}-${password}`);
  mkdirSync(path);
  writeFileSync(join(path, 'username'), user);
  writeFileSync(join(path, 'password'), password);
  return path;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'streamjob-permissions-'));
  environment = await startEnvironment(BROKER, { user: 'admin', pass: 'pw' });
  const { cluster, nats } = environment;
  const connection = (name: string, path: string): string =>
    `{ name: ${name}, urls: ["${nats.url}"], credentialsDir: "${path}" }`;
  const connections = [
    connection('admin', secret('admin')),
    connection('reader', secret('reader')),
    connection('blind', secret('blind')),
    connection('stranger', secret('admin', 'wrong')),
  ];
  operator = startOperator({ kubeconfig: cluster.operatorKubeconfig, natsUrl: nats.url, connections });
  jobs = new Jobs(cluster.api);
}, 120_000);

afterAll(async () => {
  await operator.stop();
  await environment.stop();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

test('a job of an operator that may do everything runs', async () => {
  await jobs.create('allowed', { connection: 'admin' });
  await jobs.deployment('allowed');
  await new Kubelet(jobs, environment.cluster.kubectl).rollOut('allowed');
  await jobs.until('allowed', 'Ready', 'True', 'Running');
});

test.each([
  { connection: 'reader', reason: 'PermissionDenied', told: '$JS.API.CONSUMER.' },
  { connection: 'blind', reason: 'PermissionDenied', told: '$JS.API.STREAM.INFO.FLIGHTS' },
  { connection: 'stranger', reason: 'AuthenticationFailed', told: '' },
])('an operator that is $connection is told what it may not: $reason', async ({ connection, reason, told }) => {
  await jobs.create(connection, { connection });
  const { message } = await jobs.until(connection, 'SourceReady', 'False', reason);
  expect(message).toContain(told);
  expect(message).not.toContain('wrong');
  expect(await jobs.find(resources.deployments, `${connection}-worker`)).toBeUndefined();
});
