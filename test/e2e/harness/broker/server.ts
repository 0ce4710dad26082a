import { randomBytes } from 'node:crypto';
import {
  ensureNamespace,
  ensureSecret,
  readSecret,
  type Kubectl,
  type Permissions,
} from '../../../../hack/src/platform/index.ts';
import { operatorPermissions, workerPermissions } from '../../../../hack/src/platform/users.ts';

/** A broker of the tests' own, so that breaking it breaks nobody else's jobs. */
export const BROKER_NAMESPACE = 'e2e-nats';
export const BROKER_URL = `nats://nats.${BROKER_NAMESPACE}.svc:4222`;

/** The stream that `limited` may read, and where it may publish: nowhere else. */
export const LIMITED = { stream: 'reasons-limited', outputs: ['reasons.allowed.>', 'deadletters.>'] };

const accounts: Readonly<Record<string, Readonly<Record<string, Permissions | undefined>>>> = {
  STREAMS: {
    admin: undefined,
    operator: operatorPermissions('DEADLETTERS'),
    limited: workerPermissions(LIMITED.stream, LIMITED.outputs),
  },
  STRANGERS: { stranger: undefined },
};

const LABELS = { 'app.kubernetes.io/name': 'nats' };

/** Installs it, or finds it as it is; answers the passwords by user. */
export async function installBroker(kubectl: Kubectl): Promise<Record<string, string>> {
  await ensureNamespace(kubectl, BROKER_NAMESPACE);
  const known = await readSecret(kubectl, BROKER_NAMESPACE, 'nats-users');
  const passwords = known ?? Object.fromEntries(users().map((user) => [user, randomBytes(18).toString('base64url')]));
  if (known === undefined) await ensureSecret(kubectl, BROKER_NAMESPACE, 'nats-users', passwords);
  await ensureSecret(kubectl, BROKER_NAMESPACE, 'nats-config', { 'nats.conf': config(passwords) });
  await kubectl.apply([service(), statefulSet(await natsImage(kubectl))]);
  await kubectl(['rollout', 'status', 'statefulset/nats', '-n', BROKER_NAMESPACE, '--timeout=120s']);
  return passwords;
}

function users(): string[] {
  return Object.values(accounts).flatMap((account) => Object.keys(account));
}

/** The one that the platform's own broker runs. */
function natsImage(kubectl: Kubectl): Promise<string> {
  return kubectl(['get', 'sts/nats', '-n', 'nats', '-o', 'jsonpath={.spec.template.spec.containers[0].image}']);
}

function config(passwords: Readonly<Record<string, string>>): string {
  const login = ([user, rules]: [string, Permissions | undefined]): object => ({
    user,
    password: passwords[user],
    ...(rules === undefined
      ? {}
      : { permissions: { publish: { allow: rules.publish }, subscribe: { allow: rules.subscribe } } }),
  });
  return JSON.stringify({
    port: 4222,
    http: 8222,
    server_name: 'e2e',
    jetstream: { store_dir: '/data', max_file_store: 4_000_000_000 },
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([name, list]) => [
        name,
        { jetstream: 'enabled', users: Object.entries(list).map(login) },
      ]),
    ),
  });
}

function service(): object {
  const spec = { selector: LABELS, ports: [{ name: 'nats', port: 4222 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'nats', namespace: BROKER_NAMESPACE }, spec };
}

/** Its data lies on the node, not in the pod, so that it outlives a scaling to none. */
function statefulSet(image: string): object {
  const container = {
    name: 'nats',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-c', '/etc/nats/nats.conf'],
    // Without a request it would get next to nothing on a machine that has other things to do.
    resources: { requests: { cpu: '300m', memory: '256Mi' } },
    securityContext: { runAsUser: 0 },
    readinessProbe: { httpGet: { path: '/healthz', port: 8222 }, periodSeconds: 1, failureThreshold: 30 },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/nats', readOnly: true },
      { name: 'data', mountPath: '/data' },
    ],
  };
  const volumes = [
    { name: 'config', secret: { secretName: 'nats-config' } },
    { name: 'data', hostPath: { path: '/var/lib/streamjob-e2e-nats', type: 'DirectoryOrCreate' } },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'nats', namespace: BROKER_NAMESPACE },
    spec: {
      serviceName: 'nats',
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 5,
          containers: [container],
          volumes,
        },
      },
    },
  };
}
