import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OPERATOR_NAMESPACE, RELEASE } from '../../hack/src/platform/index.ts';
import { eventually } from './harness/eventually.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(400_000);

const JOB = 'guarded';
/** In payloads that fail in every way a payload can. */
const PERSONAL = 'Ada-Lovelace-4111111111111111';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('security');
  const { kubectl } = scene.cluster;
  await kubectl(['label', 'namespace', scene.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  await Promise.all([scene.stream('in'), scene.stream('out')]);
  await scene.jobs.run(JOB, 'security-in', {
    steps: [
      { name: 'known', validate: { schema: { type: 'object', properties: { id: { type: 'number' } } } } },
      { name: 'kept', filter: { expression: 'event.id >= 0.0' } },
    ],
  });
});

afterAll(() => scene.close());

test('a job runs in a namespace that enforces the restricted pod security standard', async () => {
  await publishNumbers(scene.broker, 'security.in.x', 0, 100);
  expect(await arrived(scene.broker, 'security-out', 100)).toEqual({ found: 100, missing: 0, doubled: 0 });
});

test('its workers have no token of the API server and may do nothing there', async () => {
  const [pod] = await scene.jobs.untilWorkers(JOB, 1);
  expect(pod?.spec?.automountServiceAccountToken).toBe(false);
  const mounts = pod?.spec?.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map((one) => one.mountPath));
  expect(mounts).not.toContainEqual(expect.stringContaining('serviceaccount'));
  const account = `system:serviceaccount:${scene.namespace}:${pod?.spec?.serviceAccountName}`;
  expect(await mayDo(account, 'get', 'pods')).toBe(false);
});

describe('the operator', () => {
  const account = `system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`;

  test.each(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'])('may not %s Secrets', async (verb) => {
    expect(await mayDo(account, verb, 'secrets')).toBe(false);
  });

  test('may do what it must, so that the question is rightly asked', async () => {
    expect(await mayDo(account, 'list', 'pods')).toBe(true);
  });
});

test('no password and nothing of a payload shows up anywhere, whatever fails', async () => {
  const { broker, cluster, namespace, passwords, jobs } = scene;
  const bad = [`{"id": "${PERSONAL}"}`, `{"${PERSONAL}": `, `{"name": "${PERSONAL}"}`, `"${PERSONAL}"`];
  for (const payload of bad) await broker.client.publish('security.in.x', payload);
  const subject = `deadletters.${namespace}.${JOB}.>`;
  await eventually('they are dead letters', async () => {
    const { state } = await broker.manager.streams.info('DEADLETTERS', { subjects_filter: subject });
    return Object.keys(state.subjects ?? {}).length >= bad.length;
  });
  await eventually('the status tells', async () => {
    return (await jobs.get(JOB)).status?.throughput?.deadLettered === bad.length;
  });
  const { kubectl } = cluster;
  const seen = await Promise.all([
    kubectl(['get', 'sj,deploy,rs,pods,cm,events', '-n', namespace, '-o', 'yaml']),
    kubectl(['logs', '-n', namespace, '-l', `streamjobs.dev/job=${JOB}`, '--tail=-1']),
    kubectl(['logs', '-n', OPERATOR_NAMESPACE, '-l', 'app.kubernetes.io/component=operator', '--tail=-1']),
    kubectl(['get', 'deploy,cm', '-n', OPERATOR_NAMESPACE, '-o', 'yaml']),
  ]);
  expect(seen[2]).not.toBe('');
  for (const text of seen) {
    expect(text).not.toContain('Lovelace');
    for (const password of Object.values(passwords)) expect(text).not.toContain(password);
  }
});

async function mayDo(account: string, verb: string, resource: string): Promise<boolean> {
  const args = ['auth', 'can-i', verb, resource, '-n', scene.namespace, '--as', account];
  // kubectl ends with 1 when the answer is no.
  const answer = await scene.cluster.kubectl(args).catch((error: unknown) => String(error));
  return answer.trim() === 'yes';
}
