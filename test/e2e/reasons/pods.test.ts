import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { ensureSecret } from '../../../hack/src/platform/index.ts';
import { RESERVED_CONNECTION } from '../harness/release.ts';
import { openScene, type Scene } from '../harness/scene.ts';
import { begin, testEach, type Scenarios } from './scenarios.ts';

jest.setTimeout(400_000);

const STREAM = 'pods-in';

let scene: Scene;
let outcomes: ReadonlyMap<string, Promise<void>>;

const hashing = (keySecretName: string): object => ({
  steps: [{ name: 'hidden', redact: { fields: ['name'], with: 'Hash', keySecretName } }],
});

const secrets: Scenarios = {
  'CredentialsMissing, of a login': async () => {
    const { jobs } = scene;
    await jobs.create('no-login', STREAM, { credentialsSecretName: 'later-user' });
    const { message } = await jobs.until('no-login', 'Ready', 'False', 'CredentialsMissing');
    expect(message).toContain('later-user');
    await scene.secret('later-user', 'admin');
    await jobs.until('no-login', 'Ready', 'True', 'Running');
  },
  'CredentialsMissing, of a key': async () => {
    const { jobs, cluster, namespace } = scene;
    await jobs.create('no-key', STREAM, hashing('later-key'));
    const { message } = await jobs.until('no-key', 'Ready', 'False', 'CredentialsMissing');
    expect(message).toContain('later-key');
    await ensureSecret(cluster.kubectl, namespace, 'later-key', { key: 'a key' });
    await jobs.until('no-key', 'Ready', 'True', 'Running');
  },
  CrashLooping: async () => {
    const { jobs, cluster, namespace } = scene;
    await ensureSecret(cluster.kubectl, namespace, 'wrong-key', { other: 'a key of another name' });
    await ensureSecret(cluster.kubectl, namespace, 'right-key', { key: 'a key' });
    await jobs.create('loops', STREAM, hashing('wrong-key'));
    const { message } = await jobs.until('loops', 'Ready', 'False', 'CrashLooping');
    expect(message).toMatch(/pod loops-worker-\S+ keeps ending/);
    await jobs.edit('loops', hashing('right-key'));
    await jobs.until('loops', 'Ready', 'True', 'Running');
  },
};

const room: Scenarios = {
  OutOfMemory: async () => {
    const { jobs } = scene;
    const limited = (memory: string): object => ({ worker: { resources: { limits: { memory } } } });
    await jobs.create('small', STREAM, limited('40Mi'));
    await jobs.until('small', 'Ready', 'False', 'OutOfMemory');
    await jobs.edit('small', limited('512Mi'));
    await jobs.until('small', 'Ready', 'True', 'Running');
  },
  Unschedulable: async () => {
    const { jobs } = scene;
    await jobs.create('homeless', STREAM, { worker: { nodeSelector: { 'no-node': 'has-this' } } });
    await jobs.until('homeless', 'Ready', 'False', 'Unschedulable');
    await jobs.edit('homeless', { worker: { nodeSelector: null } });
    await jobs.until('homeless', 'Ready', 'True', 'Running');
  },
  QuotaExceeded: async () => {
    const { jobs, namespace } = await scene.room('quota');
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace } };
    await scene.cluster.kubectl.apply([{ ...quota, spec: { hard: { pods: '0' } } }]);
    await jobs.create('crowded', STREAM);
    const { message } = await jobs.until('crowded', 'Ready', 'False', 'QuotaExceeded');
    expect(message).toContain('exceeded quota: none');
    await scene.cluster.kubectl(['delete', 'quota', 'none', '-n', namespace]);
    await jobs.until('crowded', 'Ready', 'True', 'Running');
  },
  PodsRefused: async () => {
    const { jobs, namespace } = await scene.room('range');
    const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'large', namespace } };
    const limits = [{ type: 'Container', min: { memory: '256Mi' } }];
    await scene.cluster.kubectl.apply([{ ...range, spec: { limits } }]);
    await jobs.create('refused', STREAM);
    const { message } = await jobs.until('refused', 'Ready', 'False', 'PodsRefused');
    expect(message).toContain('minimum memory usage');
    await scene.cluster.kubectl(['delete', 'limitrange', 'large', '-n', namespace]);
    await jobs.until('refused', 'Ready', 'True', 'Running');
  },
  ApplyRefused: async () => {
    const { jobs, namespace } = await scene.room('objects');
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace } };
    await scene.cluster.kubectl.apply([{ ...quota, spec: { hard: { 'count/poddisruptionbudgets.policy': '0' } } }]);
    await jobs.create('denied', STREAM);
    const { message } = await jobs.until('denied', 'Stalled', 'True', 'ApplyRefused');
    expect(message).toContain('exceeded quota: none');
    await scene.cluster.kubectl(['delete', 'quota', 'none', '-n', namespace]);
    await jobs.until('denied', 'Ready', 'True', 'Running');
    await jobs.untilGone('denied', 'Stalled');
  },
};

const names: Scenarios = {
  NameConflict: async () => {
    const { jobs, namespace, cluster } = scene;
    const foreign = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'taken-worker', namespace } };
    await cluster.kubectl.apply([foreign]);
    const version = ['get', 'sa', 'taken-worker', '-n', namespace, '-o', 'jsonpath={.metadata.resourceVersion}'];
    const before = await cluster.kubectl(version);
    await jobs.create('taken', STREAM);
    const { message } = await jobs.until('taken', 'Stalled', 'True', 'NameConflict');
    expect(message).toContain('taken-worker');
    expect(await cluster.kubectl(version)).toBe(before);
    await cluster.kubectl(['delete', 'sa', 'taken-worker', '-n', namespace]);
    await jobs.until('taken', 'Ready', 'True', 'Running');
    await jobs.untilGone('taken', 'Stalled');
  },
  ConnectionNotAllowed: async () => {
    const { jobs } = scene;
    await jobs.create('not-ours', STREAM, { connection: RESERVED_CONNECTION });
    await jobs.until('not-ours', 'Stalled', 'True', 'ConnectionNotAllowed');
    expect(await jobs.pods('not-ours')).toEqual([]);
    await jobs.delete('not-ours');
    await jobs.gone('not-ours');
  },
};

beforeAll(async () => {
  scene = await openScene('pods');
  await scene.stream('in');
  outcomes = begin({ ...secrets, ...room, ...names });
});

afterAll(async () => {
  await Promise.allSettled(outcomes.values());
  await scene.close();
});

describe('a job whose Secrets are not there says so, and goes on when they are', () => {
  testEach(secrets, () => outcomes);
});

describe('so does one whose pods find no room', () => {
  testEach(room, () => outcomes);
});

describe('so does one whose names are not free', () => {
  testEach(names, () => outcomes);
});
