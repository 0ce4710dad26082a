import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { customResourceDefinition } from '@streamjob/crds';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import {
  createKubeApi,
  createLeaseStore,
  loadEndpoint,
  systemClock,
  type Endpoint,
  type Resource,
} from '@streamjob/operator';
import { eventually } from '../kube/eventually.ts';

const MAIN = join(import.meta.dirname, '../../../operator/src/main.ts');
const CRDS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

let plane: ControlPlane;
let endpoint: Endpoint;
let dir: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'operator-process-'));
  plane = await startControlPlane();
  endpoint = loadEndpoint(plane.kubeconfigPath);
  const api = createKubeApi({ endpoint, clock: systemClock });
  await api.create(CRDS, customResourceDefinition(), { name: '' });
}, 240_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  endpoint.close();
  await plane.stop();
  rmSync(dir, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(
  config: string,
): Promise<{ child: ChildProcess; status: (path: string) => Promise<number>; errors: () => string }> {
  const port = await freePort();
  const file = join(dir, `${port}.yaml`);
  writeFileSync(file, config);
  const flags = [
    '--config',
    file,
    '--kubeconfig',
    plane.kubeconfigPath,
    '--port',
    String(port),
    '--lease-name',
    'process',
  ];
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  return { child, status, errors: () => errors };
}

const CONFIG = 'worker: { image: w }\nconnections: [{ name: default, urls: ["nats://127.0.0.1:1"] }]\n';

test('a process is live at once, ready when its caches are filled, and ends cleanly', async () => {
  await plane.killApiServer();
  const { child, status } = await start(CONFIG);
  await eventually(async () => (await status('/livez')) === 200, 90_000);
  expect(await status('/readyz')).toBe(503);
  await plane.startApiServer();
  await eventually(async () => (await status('/readyz')) === 200, 90_000);
  const store = createLeaseStore(createKubeApi({ endpoint, clock: systemClock }), {
    namespace: 'default',
    name: 'process',
  });
  const holder = async (): Promise<string> => (await store.read(AbortSignal.timeout(5_000)))?.holder ?? '';
  await eventually(async () => (await holder()) !== '');
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  expect(await holder()).toBe('');
}, 240_000);

test('a configuration that is wrong ends it with what to correct', async () => {
  const { child, errors } = await start('worker: {}\nconnections: []\n');
  await once(child, 'exit');
  expect(child.exitCode).toBe(2);
  expect(errors()).toContain('worker.image: is required');
}, 60_000);
