import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import {
  createCaches,
  createKubeApi,
  loadEndpoint,
  resources,
  systemClock,
  type Caches,
  type ConfigMap,
  type Endpoint,
  type KubeApi,
} from '@streamjob/operator';
import { silentLogger } from '@streamjob/telemetry';
import { eventually } from './eventually.ts';

let plane: ControlPlane;
let endpoint: Endpoint;
let api: KubeApi;
let stop = new AbortController();
let running: Promise<void> = Promise.resolve();
beforeAll(async () => {
  plane = await startControlPlane();
  endpoint = loadEndpoint(plane.kubeconfigPath);
  api = createKubeApi({ endpoint, clock: systemClock });
}, 120_000);
afterEach(async () => {
  stop.abort();
  await running;
});
afterAll(async () => {
  endpoint.close();
  await plane.stop();
});

const configMap = (name: string, value: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { test: 'informer', half: String(value.length % 2) } },
  data: { value },
});
const make = (name: string, value: string, namespace = 'default'): Promise<ConfigMap> =>
  api.apply<ConfigMap>(resources.configMaps, configMap(name, value, namespace));

function watch(namespaces: readonly string[] = [], through: KubeApi = api) {
  const caches: Caches = createCaches({ api: through, namespaces, clock: systemClock, log: silentLogger });
  const informer = caches.for<ConfigMap>(resources.configMaps, { labelSelector: 'test=informer' });
  const keys: string[] = [];
  informer.subscribe(
    ({ metadata }) => [metadata.name],
    (key) => void keys.push(key),
  );
  stop = new AbortController();
  running = caches.run(stop.signal);
  return { caches, informer, keys };
}

describe('informer', () => {
  test('lists in pages and follows what happens', async () => {
    for (let n = 0; n < 1_200; n += 100)
      await Promise.all(Array.from({ length: 100 }, (_, offset) => make(`bulk-${n + offset}`, 'x')));
    const { informer, keys } = watch();
    await eventually(() => informer.hasSynced);
    expect(informer.list().length).toBe(1_200);
    keys.length = 0;
    const made = await make('one', 'a');
    await eventually(() => keys.includes('one'));
    informer.observe(await make('one', 'b'));
    expect(informer.get('default', 'one')?.data?.value).toBe('b');
    await api.delete(resources.configMaps, { namespace: 'default', name: 'one' }, { uid: made.metadata.uid });
    await eventually(() => informer.get('default', 'one') === undefined);
    expect(informer.get('default', 'bulk-7')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  }, 120_000);

  test('goes on across a restart of the API server', async () => {
    await make('kept', 'a');
    await make('removed', 'a');
    const { informer } = watch();
    await eventually(() => informer.hasSynced);
    const old = informer.get('default', 'removed')?.metadata.uid;
    await plane.killApiServer();
    await delay(1_000);
    expect(informer.get('default', 'kept')).toBeDefined();
    await plane.startApiServer();
    await api.delete(resources.configMaps, { namespace: 'default', name: 'removed' });
    await make('removed', 'again');
    await make('kept', 'b');
    await eventually(() => informer.get('default', 'kept')?.data?.value === 'b', 40_000);
    await eventually(() => informer.get('default', 'removed')?.data?.value === 'again');
    expect(informer.get('default', 'removed')?.metadata.uid).not.toBe(old);
  }, 120_000);

  test('an API server that hangs is found out, and what happened meanwhile is seen', async () => {
    const { informer } = watch();
    await eventually(() => informer.hasSynced);
    plane.signalApiServer('SIGSTOP');
    await expect(api.get(resources.configMaps, { namespace: 'default', name: 'kept' })).rejects.toMatchObject({
      name: 'UnreachableError',
    });
    plane.signalApiServer('SIGCONT');
    await eventually(async () => (await make('kept', 'after')).data?.value === 'after');
    await eventually(() => informer.get('default', 'kept')?.data?.value === 'after', 40_000);
  }, 120_000);

  test('a few namespaces need only rights in those', async () => {
    for (const name of ['one', 'two', 'three'])
      await api.create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { name });
    for (const namespace of ['one', 'two']) await allow(namespace, 'narrow');
    const narrow = loadEndpoint(await plane.kubeconfigFor('narrow'));
    const theirs = createKubeApi({ endpoint: narrow, clock: systemClock });
    const { informer } = watch(['one', 'two'], theirs);
    await eventually(() => informer.hasSynced);
    await make('a', 'x', 'one');
    await make('b', 'x', 'two');
    await make('c', 'x', 'three');
    await eventually(() => informer.list().length === 2);
    stop.abort();
    await running;
    const all = watch([], theirs);
    await delay(1_500);
    expect([all.caches.hasSynced, all.caches.unsynced()]).toEqual([false, ['configmaps']]);
    narrow.close();
  }, 60_000);
});

/** Lets a user read ConfigMaps in one namespace. */
async function allow(namespace: string, user: string): Promise<void> {
  const rbac = (plural: string, kind: string) => ({
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    plural,
    kind,
    namespaced: true,
  });
  const identity = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: user, namespace } };
  const ref = { namespace, name: user };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }];
  await api.create(rbac('roles', 'Role'), { ...identity, kind: 'Role', rules }, ref);
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }];
  await api.create(rbac('rolebindings', 'RoleBinding'), { ...identity, kind: 'RoleBinding', roleRef, subjects }, ref);
}
