import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import { createKubeApi, createLeaseStore, loadEndpoint, systemClock, type Endpoint } from '@streamjob/operator';
import { readWrites } from '../kube/audit.ts';
import { eventually } from '../kube/eventually.ts';

let plane: ControlPlane;
let endpoint: Endpoint;
const children: ChildProcess[] = [];
beforeAll(async () => {
  plane = await startControlPlane({ audit: true });
  endpoint = loadEndpoint(plane.kubeconfigPath);
}, 120_000);
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});
afterAll(async () => {
  endpoint.close();
  await plane.stop();
});

function campaign(identity: string): ChildProcess {
  const script = join(import.meta.dirname, 'candidate.ts');
  const child = spawn(process.execPath, [script, plane.kubeconfigPath, identity], { stdio: 'ignore' });
  children.push(child);
  return child;
}

const holder = async (): Promise<string | undefined> => {
  const store = createLeaseStore(createKubeApi({ endpoint, clock: systemClock }), {
    namespace: 'default',
    name: 'candidates',
  });
  return (await store.read(AbortSignal.timeout(5_000)))?.holder;
};
/** Who wrote, in order, each run of writes by one process once. */
const writers = (): string[] =>
  readWrites(plane.auditLogPath)
    .filter(({ resource, name }) => resource === 'configmaps' && name.startsWith('write-'))
    .map(({ name }) => name.replace('write-', ''))
    .filter((name, index, all) => name !== all[index - 1]);

describe('leadership between processes', () => {
  test('a holder that is stopped writes nothing after it wakes, for another leads by then', async () => {
    const first = campaign('a1');
    await eventually(async () => (await holder()) === 'a1' && writers().includes('a1'), 30_000);
    campaign('b1');
    await delay(3_000);
    first.kill('SIGSTOP');
    await eventually(async () => (await holder()) === 'b1' && writers().at(-1) === 'b1', 40_000);
    first.kill('SIGCONT');
    if (first.exitCode === null) await once(first, 'exit');
    expect(first.exitCode).toBe(1);
    await delay(1_000);
    expect(writers()).toEqual(['a1', 'b1']);
    expect(await holder()).toBe('b1');
  }, 120_000);

  test('a holder that ends hands the lease over at once', async () => {
    const first = campaign('a2');
    await eventually(async () => (await holder()) === 'a2', 40_000);
    campaign('b2');
    await delay(2_500);
    const startedMs = Date.now();
    first.kill('SIGTERM');
    await eventually(async () => (await holder()) === 'b2');
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    await eventually(() => first.exitCode === 0);
  }, 120_000);

  test('a holder that cannot reach the API server stops before its lease ends, and nobody else leads meanwhile', async () => {
    const only = campaign('a3');
    await eventually(async () => (await holder()) === 'a3', 40_000);
    const startedMs = Date.now();
    plane.signalApiServer('SIGSTOP');
    try {
      await once(only, 'exit');
    } finally {
      plane.signalApiServer('SIGCONT');
    }
    expect(only.exitCode).toBe(1);
    expect(Date.now() - startedMs).toBeLessThan(14_000);
  }, 120_000);
});
