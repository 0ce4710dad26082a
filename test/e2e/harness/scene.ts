import { ensureSecret } from '../../../hack/src/platform/index.ts';
import { login } from '../../../hack/src/platform/platform.ts';
import { BROKER_NAMESPACE, installBroker, openBroker, type TestBroker } from './broker/index.ts';
import { testCluster, type TestCluster } from './cluster.ts';
import { Jobs, LOGIN } from './jobs.ts';
import { addConnections } from './release.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** What one test file works in: a namespace and streams of its own on the tests' broker. */
export type Scene = {
  readonly cluster: TestCluster;
  readonly namespace: string;
  readonly broker: TestBroker;
  /** Passwords of the tests' broker by user. */
  readonly passwords: Readonly<Record<string, string>>;
  readonly jobs: Jobs;
  /** Makes a stream `<scene>-<name>` on `<scene>.<name>.>` and answers its name. */
  stream(name: string, settings?: object): Promise<string>;
  /** Publishes numbers on a subject until it, or the scene, is ended. */
  traffic(subject: string): Traffic;
  /** One more namespace, `<scene>-<name>`, for what concerns a whole namespace. */
  room(name: string): Promise<{ readonly namespace: string; readonly jobs: Jobs }>;
  /** A broker login for the namespace's jobs. */
  secret(name: string, user: string): Promise<void>;
  /** Removes the namespace with all jobs, then the streams and dead letters. */
  close(): Promise<void>;
};

/** Longer than any test takes: whatever is doubled inside it is doubled for good. */
const DUPLICATE_WINDOW_NS = 30 * 60 * 1_000_000_000;

/** On the namespaces of a scene. */
const LABEL = 'streamjobs.dev/e2e';

/** What a killed run left of the scene is removed first. `name` is also the namespace's. */
export async function openScene(name: string): Promise<Scene> {
  const cluster = await testCluster();
  const { kubectl, api } = cluster;
  const passwords = await installBroker(kubectl);
  await addConnections(cluster, passwords);
  const broker = await openBroker(kubectl, BROKER_NAMESPACE, passwords);
  const clean = async (): Promise<void> => {
    await kubectl(['delete', 'namespace', '-l', `${LABEL}=${name}`, '--timeout=150s']);
    for await (const stream of broker.manager.streams.names()) {
      if (stream.startsWith(`${name}-`)) await broker.manager.streams.delete(stream);
      if (stream === 'DEADLETTERS') await broker.manager.streams.purge(stream, { filter: `deadletters.${name}.>` });
    }
  };
  const furnish = async (namespace: string): Promise<Jobs> => {
    const metadata = { name: namespace, labels: { [LABEL]: name } };
    await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata }]);
    await ensureSecret(kubectl, namespace, LOGIN, login('admin', passwords));
    return new Jobs(api, namespace);
  };
  await clean();
  const flows: Traffic[] = [];
  return {
    cluster,
    namespace: name,
    broker,
    passwords,
    jobs: await furnish(name),
    room: async (part) => ({ namespace: `${name}-${part}`, jobs: await furnish(`${name}-${part}`) }),
    secret: (secretName, user) => ensureSecret(kubectl, name, secretName, login(user, passwords)),
    stream: async (part, settings = {}) => {
      const stream = `${name}-${part}`;
      const config = { name: stream, subjects: [`${name}.${part}.>`], duplicate_window: DUPLICATE_WINDOW_NS };
      await broker.manager.streams.add({ ...config, ...settings });
      return stream;
    },
    traffic: (subject) => {
      const traffic = startTraffic(broker, subject);
      flows.push(traffic);
      return traffic;
    },
    close: async () => {
      try {
        await Promise.allSettled(flows.map((traffic) => traffic.stop()));
        await clean();
      } finally {
        await broker.close();
      }
    },
  };
}
