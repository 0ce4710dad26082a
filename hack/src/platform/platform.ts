import { clusterUp, handleOf, type ClusterHandle } from '../cluster/index.ts';
import { buildImages, type BuiltImages } from '../images/index.ts';
import { type Progress } from '../progress.ts';
import { createKubectl, ensureNamespace, ensureSecret, readSecret, type Kubectl } from './kubectl.ts';
import { installNats, NATS_NAMESPACE, NATS_URL } from './nats.ts';
import { installOperator, OPERATOR_NAMESPACE } from './operator.ts';
import { localUsers } from './users.ts';

/** A cluster with NATS and the operator in it, as a platform team would hand it over. */
export type Platform = {
  readonly cluster: ClusterHandle;
  readonly kubectl: Kubectl;
  /** NATS passwords by user. */
  readonly passwords: Readonly<Record<string, string>>;
};

export type PlatformOptions = {
  readonly progress: Progress;
  readonly name?: string;
  /** Node image of the kind way. */
  readonly image?: string;
  /** Chart values beside the connection and the images. */
  readonly values?: object;
};

/** Everything that is there already is kept, so that calling it again changes only what is out of date. */
export async function bringUpPlatform({ progress, values = {}, ...where }: PlatformOptions): Promise<Platform> {
  const cluster = await clusterUp({ progress, ...where });
  const kubectl = createKubectl(cluster.kubeconfig);
  const images = await buildImages({ engine: cluster.imageEngine, progress });
  await progress.step('loading the images into the cluster', () => loadMissing(cluster, kubectl, images), 20);
  const passwords = await progress.step('installing NATS', () => installNats(kubectl, images.nats.ref, localUsers), 10);
  await progress.step(
    'installing the operator with its Helm chart',
    async () => {
      await ensureNamespace(kubectl, OPERATOR_NAMESPACE);
      await ensureSecret(kubectl, OPERATOR_NAMESPACE, 'nats-operator', login('operator', passwords));
      await installOperator(kubectl, images, { connections: [CONNECTION], http: HTTP, ...values });
    },
    15,
  );
  return { cluster, kubectl, passwords };
}

/** The platform that an earlier run brought up. Throws when there is none. */
export async function findPlatform(name: string): Promise<Platform> {
  const cluster = handleOf(name);
  const kubectl = createKubectl(cluster.kubeconfig);
  const passwords = await readSecret(kubectl, NATS_NAMESPACE, 'nats-users');
  if (passwords === undefined) throw new Error(`cluster ${name} has no NATS: npm start installs it`);
  return { cluster, kubectl, passwords };
}

/** The Secret by which a user's pods log in. */
export function login(user: string, passwords: Readonly<Record<string, string>>): Record<string, string> {
  return { username: user, password: passwords[user] ?? '' };
}

const CONNECTION = {
  name: 'default',
  urls: [NATS_URL],
  credentialsSecretName: 'nats-operator',
  egress: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NATS_NAMESPACE } } }],
  deadLetter: { stream: 'DEADLETTERS', create: true },
};

/** The server that an example sends to. */
const HTTP = {
  hosts: [
    {
      host: 'receiver.hooks.svc',
      scheme: 'http',
      port: 8080,
      namespaces: ['hooks'],
      egress: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hooks' } } }],
    },
  ],
};

type NodeList = { items: { status: { images?: { names: string[] }[] } }[] };

async function loadMissing(cluster: ClusterHandle, kubectl: Kubectl, images: BuiltImages): Promise<void> {
  const { items } = await kubectl.json<NodeList>(['get', 'nodes']);
  const present = new Set(items.flatMap(({ status }) => (status.images ?? []).flatMap(({ names }) => names)));
  for (const { ref, archive } of Object.values(images)) {
    if (![...present].some((name) => name === ref || name.endsWith(`/${ref}`))) await cluster.loadImage(archive);
  }
}
