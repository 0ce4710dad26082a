import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startControlPlane, startNats, type ControlPlane, type NatsServer } from '@streamjob/hack';
import { createKubeApi, loadEndpoint, systemClock, type KubeApi } from '@streamjob/operator';
import { parse as parseYaml } from 'yaml';
import { createKubectl, type Kubectl } from '../../../../hack/src/platform/kubectl.ts';

const CHART = join(import.meta.dirname, '../../../../charts/streamjob-operator');
const CRD = join(CHART, 'files/crds/streamjobs.streamjobs.dev.yaml');
/** Who the operator is: with the rights that the chart gives it, and no other. */
export const OPERATOR = 'system:serviceaccount:streamjob-system:operator';
export const NAMESPACE = 'flights';

/** A real API server with the CRD and the chart's rights, and a real broker with a stream. */
export type Environment = {
  readonly cluster: Cluster;
  readonly nats: NatsServer;
  readonly streams: Streams;
  stop(): Promise<void>;
};

export type Cluster = {
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  /** As an administrator. */
  readonly api: KubeApi;
  readonly operatorKubeconfig: string;
  stop(): Promise<void>;
};

export type Login = { readonly user: string; readonly pass: string };

/** `config` is the broker's, and `login` who the tests are there. */
export async function startEnvironment(config = '', login?: Login): Promise<Environment> {
  const [cluster, nats] = await Promise.all([startCluster(), startNats({ config })]);
  const streams = await openStreams(nats.url, login);
  await streams.add('FLIGHTS', ['flights.>']);
  return {
    cluster,
    nats,
    streams,
    stop: async () => {
      await streams.close();
      await Promise.all([nats.stop(), cluster.stop()]);
    },
  };
}

export async function startCluster(): Promise<Cluster> {
  const controlPlane = await startControlPlane({ audit: true });
  const kubectl = createKubectl(controlPlane.kubeconfigPath);
  await kubectl(['apply', '--server-side', '-f', CRD]);
  await kubectl(['wait', '--for=condition=Established', 'crd/streamjobs.streamjobs.dev', '--timeout=30s']);
  await kubectl.apply([...namespaces(), ...rights()]);
  const operatorKubeconfig = await controlPlane.kubeconfigForServiceAccount('streamjob-system', 'operator');
  const endpoint = loadEndpoint(controlPlane.kubeconfigPath);
  const api = createKubeApi({ endpoint, clock: systemClock });
  const stop = async (): Promise<void> => {
    endpoint.close();
    await controlPlane.stop();
  };
  return { controlPlane, kubectl, api, operatorKubeconfig, stop };
}

function namespaces(): object[] {
  return ['streamjob-system', NAMESPACE].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

/** The chart's own rules: a right that is missing there is missing here. */
function rights(): object[] {
  const template = readFileSync(join(CHART, 'templates/_rules.tpl'), 'utf8');
  const rules = template.replaceAll(/\{\{[^]*?\}\}/g, '');
  const role = (kind: string, name: string, text: string, namespace?: string): object[] => [
    parseYaml(`apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`} }
rules:
${text}`) as object,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: `${kind}Binding`,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace: 'streamjob-system' }],
    },
  ];
  const lease = '- { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update] }';
  return [...role('ClusterRole', 'operator', rules), ...role('Role', 'operator-lease', lease, 'streamjob-system')];
}

export type Streams = {
  readonly manager: JetStreamManager;
  add(name: string, subjects: string[]): Promise<void>;
  publish(subject: string, count: number): Promise<void>;
  close(): Promise<void>;
};

export async function openStreams(url: string, login?: Login): Promise<Streams> {
  const options = { servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100, ...login };
  const connection: NatsConnection = await connect(options);
  const manager = await jetstreamManager(connection);
  const client = manager.jetstream();
  return {
    manager,
    add: async (name, subjects) => {
      await manager.streams.add({ name, subjects });
    },
    publish: async (subject, count) => {
      for (let index = 0; index < count; index++) await client.publish(subject, `{"index":${index}}`);
    },
    close: () => connection.close(),
  };
}
