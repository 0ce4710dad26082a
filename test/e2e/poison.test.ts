import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventually } from './harness/eventually.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { arrived, publishNumbers } from './harness/traffic.ts';

jest.setTimeout(500_000);

const POLICY = 'streamjob-e2e-poison';
const HALF = 4_000;
/** Some crashes of both workers with the kubelet's growing pauses, and some ack waits. */
const PATIENCE_MS = 400_000;

/** Ends a process without another word when it parses a message that holds the marker. */
const crash = `const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  if (String(text).includes('"poison":true')) process.reallyExit(9);
  return parse(text, ...rest);
};`;

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('poison');
  await Promise.all([scene.stream('in'), scene.stream('out')]);
  await scene.cluster.kubectl.apply(policy(`--import=data:text/javascript,${encodeURIComponent(crash)}`));
});

afterAll(async () => {
  const kinds = ['mutatingadmissionpolicy', 'mutatingadmissionpolicybinding'];
  for (const kind of kinds) await scene.cluster.kubectl(['delete', kind, POLICY, '--ignore-not-found']);
  await scene.close();
});

/** Gives the workers of this scene another NODE_OPTIONS when their pods are admitted: the product needs no door for it. */
function policy(nodeOptions: string): object[] {
  const [api, metadata] = ['admissionregistration.k8s.io/v1', { name: POLICY }];
  const env = `Object.spec.containers.env{name: "NODE_OPTIONS", value: ${JSON.stringify(nodeOptions)}}`;
  const expression = `Object{spec: Object.spec{containers: [Object.spec.containers{name: "worker", env: [${env}]}]}}`;
  const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const spec = {
    matchConstraints: {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'poison' } },
      resourceRules: [pods],
    },
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
  };
  return [
    { apiVersion: api, kind: 'MutatingAdmissionPolicy', metadata, spec },
    { apiVersion: api, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName: POLICY } },
  ];
}

test('one message that crashes its worker among thousands in flight ends as exactly one dead letter', async () => {
  const { broker, jobs, namespace } = scene;
  await publishNumbers(broker, 'poison.in.x', 0, HALF);
  const { seq } = await broker.client.publish('poison.in.x', '{"id":-1,"poison":true}');
  await publishNumbers(broker, 'poison.in.x', HALF, HALF);
  await jobs.create('bitten', 'poison-in', {
    replicas: 2,
    source: { jetstream: { stream: 'poison-in', startFrom: { policy: 'All' }, ackWait: '2s' } },
    steps: [{ name: 'known', filter: { expression: 'event.id >= 0.0' } }],
  });
  const consumer = await eventually(
    'it has a consumer',
    async () => (await jobs.get('bitten')).status?.source?.consumer,
  );
  await eventually('all is settled', async () => (await broker.unfinished('poison-in', consumer)) === 0, PATIENCE_MS);
  expect(await arrived(broker, 'poison-out', 2 * HALF)).toEqual({ found: 2 * HALF, missing: 0, doubled: 0 });
  const restarts = (await jobs.pods('bitten')).flatMap(({ status }) => status?.containerStatuses ?? []);
  expect(restarts.reduce((sum, { restartCount }) => sum + restartCount, 0)).toBeGreaterThanOrEqual(3);
  const dead: (string | undefined)[][] = [];
  for await (const { headers } of broker.readAfter('DEADLETTERS', 0, [`deadletters.${namespace}.>`])) {
    dead.push([headers?.get('Streamjobs-Reason'), headers?.get('Streamjobs-Source-Sequence')]);
  }
  expect(dead).toEqual([['CrashedWorker', String(seq)]]);
});
