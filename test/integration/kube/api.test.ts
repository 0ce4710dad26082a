import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  addFinalizer,
  createApplier,
  createKubeApi,
  loadEndpoint,
  patchStatusIfChanged,
  removeFinalizer,
  resources,
  systemClock,
  type Applier,
  type Deployment,
  type DesiredDeployment,
  type Endpoint,
  type KubeApi,
} from '@streamjob/operator';
import { readWrites } from './audit.ts';

let plane: ControlPlane;
let endpoint: Endpoint;
let api: KubeApi;
let applier: Applier;
beforeAll(async () => {
  plane = await startControlPlane({ audit: true });
  endpoint = loadEndpoint(plane.kubeconfigPath);
  api = createKubeApi({ endpoint, clock: systemClock });
  applier = createApplier(api);
}, 120_000);
afterAll(async () => {
  endpoint.close();
  await plane.stop();
});

const labels = { app: 'w' };
const deployment = (name: string, container: object = {}, spec: object = {}): DesiredDeployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'worker',
            image: 'worker:1',
            args: ['--port', '8080'],
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5 },
            resources: { requests: { cpu: '0.1', memory: '0.5Gi' }, limits: { memory: '1Gi' } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
            volumeMounts: [{ name: 'state', mountPath: '/state' }],
            ...container,
          },
        ],
        volumes: [
          { name: 'state', emptyDir: { sizeLimit: '1024Mi' } },
          { name: 'job', configMap: { name: 'x' } },
        ],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: labels },
          },
        ],
      },
    },
    ...spec,
  },
});

const live = (name: string): Promise<Deployment> =>
  api.get<Deployment>(resources.deployments, { namespace: 'default', name });
const write = async (name: string, container: object = {}, spec: object = {}) =>
  applier.writeIfChanged(resources.deployments, deployment(name, container, spec), await live(name));
const writesOf = (name: string): string[] =>
  readWrites(plane.auditLogPath)
    .filter((one) => one.name === name)
    .map(({ verb, resource }) => `${verb} ${resource}`);

describe('server-side apply', () => {
  test('writes once, and nothing while nothing changes', async () => {
    const { result } = await applier.writeIfChanged(resources.deployments, deployment('still'), undefined);
    expect(result).toBe('written');
    for (let round = 0; round < 5; round += 1) expect((await write('still')).result).toBe('unchanged');
    expect(writesOf('still')).toEqual(['patch deployments']);
  });

  test('writes what changed, and takes away what is not wanted any more', async () => {
    await applier.writeIfChanged(
      resources.deployments,
      deployment('moving', { env: [{ name: 'A', value: '1' }] }),
      undefined,
    );
    expect((await write('moving', { env: [{ name: 'A', value: '2' }] })).result).toBe('written');
    expect((await write('moving')).result).toBe('written');
    expect((await live('moving')).spec?.template.spec?.containers[0]?.env).toBeUndefined();
    expect((await write('moving')).result).toBe('unchanged');
  });

  test("leaves other managers' fields alone, and takes back what is ours", async () => {
    await applier.writeIfChanged(resources.deployments, deployment('shared'), undefined);
    const ref = { namespace: 'default', name: 'shared' };
    await api.mergePatch(resources.deployments, ref, { metadata: { annotations: { theirs: 'x' } } });
    expect((await write('shared')).result).toBe('unchanged');
    await api.mergePatch(resources.deployments, ref, { spec: { replicas: 7 } });
    expect((await write('shared')).result).toBe('written');
    const { metadata, spec } = await live('shared');
    expect([metadata.annotations, spec?.replicas]).toEqual([{ theirs: 'x' }, 1]);
  });

  test('never overwrites what it has not seen', async () => {
    const ref = { namespace: 'default', name: 'foreign' };
    const foreign = { ...deployment('foreign', { image: 'theirs' }) };
    await api.create(resources.deployments, foreign, ref);
    const blind = applier.writeIfChanged(resources.deployments, deployment('foreign'), undefined);
    await expect(blind).rejects.toBeInstanceOf(ConflictError);
    expect((await live('foreign')).spec?.template.spec?.containers[0]?.image).toBe('theirs');
  });

  test('never changes, or makes again, another object than the one it saw', async () => {
    await applier.writeIfChanged(resources.deployments, deployment('replaced'), undefined);
    const seen = await live('replaced');
    const ref = { namespace: 'default', name: 'replaced' };
    await api.delete(resources.deployments, ref, { uid: seen.metadata.uid });
    const late = () => applier.writeIfChanged(resources.deployments, deployment('replaced', { image: 'w:2' }), seen);
    await expect(late()).rejects.toBeInstanceOf(ConflictError);
    await api.create(resources.deployments, deployment('replaced'), ref);
    await expect(late()).rejects.toBeInstanceOf(ConflictError);
    const { uid } = seen.metadata;
    await expect(api.delete(resources.deployments, ref, { uid })).rejects.toBeInstanceOf(ConflictError);
  });

  test('a dry run tells faults by field and stores nothing', async () => {
    const bad = deployment('rehearsed', { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } });
    const refused = api.apply(resources.deployments, bad, { dryRun: true });
    await expect(refused).rejects.toBeInstanceOf(InvalidError);
    const field = expect.stringContaining('resources.requests') as unknown;
    await expect(refused).rejects.toMatchObject({
      causes: expect.arrayContaining([expect.objectContaining({ field })]) as unknown,
    });
    await api.apply(resources.deployments, deployment('rehearsed'), { dryRun: true });
    await expect(live('rehearsed')).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('status and finalizers', () => {
  test('a status patch carries only the difference, and none is written for none', async () => {
    await applier.writeIfChanged(resources.deployments, deployment('status'), undefined);
    const wanted = { observedGeneration: 1, replicas: 2, readyReplicas: 1 };
    const changed = await patchStatusIfChanged(api, resources.deployments, await live('status'), wanted);
    expect(changed?.status).toMatchObject(wanted);
    expect(await patchStatusIfChanged(api, resources.deployments, await live('status'), wanted)).toBeUndefined();
    const { readyReplicas: _gone, ...less } = wanted;
    const cleared = await patchStatusIfChanged(api, resources.deployments, await live('status'), less);
    expect(cleared?.status?.readyReplicas).toBeUndefined();
    expect(writesOf('status')).toEqual(['patch deployments', 'patch deployments/status', 'patch deployments/status']);
  });

  test('a status made from an older object is a conflict', async () => {
    const before = await live('status');
    await api.mergePatch(resources.deployments, before.metadata, { metadata: { labels: { moved: 'yes' } } });
    const late = patchStatusIfChanged(api, resources.deployments, before, { replicas: 9 });
    await expect(late).rejects.toBeInstanceOf(ConflictError);
  });

  test('a finalizer holds an object until it is removed', async () => {
    await applier.writeIfChanged(resources.deployments, deployment('held'), undefined);
    const name = 'streamjobs.dev/cleanup';
    const held = await addFinalizer(api, resources.deployments, await live('held'), name);
    expect(await addFinalizer(api, resources.deployments, held, name)).toBe(held);
    const stale = removeFinalizer(
      api,
      resources.deployments,
      { ...held, metadata: { ...held.metadata, resourceVersion: '1' } },
      name,
    );
    await expect(stale).rejects.toBeInstanceOf(ConflictError);
    await api.delete(resources.deployments, held.metadata);
    const leaving = await live('held');
    expect(leaving.metadata.deletionTimestamp).toBeDefined();
    await removeFinalizer(api, resources.deployments, leaving, name);
    await expect(live('held')).rejects.toBeInstanceOf(NotFoundError);
    expect(await removeFinalizer(api, resources.deployments, leaving, name)).toBeUndefined();
  });
});

test('a user without rights is told so', async () => {
  const poor = loadEndpoint(await plane.kubeconfigFor('poor'));
  const theirs = createKubeApi({ endpoint: poor, clock: systemClock });
  await expect(theirs.list(resources.pods)).rejects.toBeInstanceOf(ForbiddenError);
  poor.close();
});
