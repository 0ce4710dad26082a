import { isDeepStrictEqual } from 'node:util';
import { CHART, helm, OPERATOR_NAMESPACE, RELEASE, ensureSecret } from '../../../hack/src/platform/index.ts';
import { login } from '../../../hack/src/platform/platform.ts';
import { resources, type KubeObject } from '@streamjob/operator';
import { BROKER_NAMESPACE, BROKER_URL } from './broker/index.ts';
import { type TestCluster } from './cluster.ts';

/** The connections that tests add to the platform's. */
export const CONNECTION = 'e2e';
export const RESERVED_CONNECTION = 'reserved';

const egress = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': BROKER_NAMESPACE } } }];
const here = { urls: [BROKER_URL], credentialsSecretName: 'nats-e2e', egress };
const added = [
  { ...here, name: CONNECTION, deadLetter: { stream: 'DEADLETTERS', create: true } },
  { ...here, name: RESERVED_CONNECTION, namespaces: ['nobody'] },
];

export type Values = Readonly<Record<string, unknown>> & { readonly connections: readonly { readonly name: string }[] };

/** Makes sure that the operator knows the tests' connections, whatever an earlier run left of its release. */
export async function addConnections(cluster: TestCluster, passwords: Readonly<Record<string, string>>): Promise<void> {
  await ensureSecret(cluster.kubectl, OPERATOR_NAMESPACE, 'nats-e2e', login('operator', passwords));
  const values = await releaseValues(cluster);
  const others = values.connections.filter(({ name }) => !added.some((one) => one.name === name));
  const connections = [...others, ...added];
  if (!isDeepStrictEqual(values.connections, connections)) await install(cluster, { ...values, connections });
}

export async function releaseValues({ kubectl }: TestCluster): Promise<Values> {
  return JSON.parse(await helm(kubectl, ['get', 'values', RELEASE, '-o', 'json'])) as Values;
}

/** Gives the release these values and no others, and waits until its pods are the new ones. */
export async function install({ kubectl }: TestCluster, values: Values): Promise<void> {
  const args = ['upgrade', '--install', RELEASE, CHART, '--reset-values', '--values', '-', '--wait', '--timeout', '3m'];
  await helm(kubectl, args, JSON.stringify(values));
}

type Lease = KubeObject & { spec?: { holderIdentity?: string } };

/** The pod that leads; undefined while none does. */
export async function leader({ api }: TestCluster): Promise<string | undefined> {
  const lease = await api.get<Lease>(resources.leases, { namespace: OPERATOR_NAMESPACE, name: RELEASE });
  const [pod = ''] = lease.spec?.holderIdentity?.split('_') ?? [];
  return pod === '' ? undefined : pod;
}
