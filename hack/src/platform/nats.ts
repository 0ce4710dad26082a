import { randomBytes } from 'node:crypto';
import { ensureNamespace, ensureSecret, readSecret, type Kubectl } from './kubectl.ts';

export const NATS_NAMESPACE = 'nats';
export const NATS_URL = `nats://nats.${NATS_NAMESPACE}.svc:4222`;

export type Permissions = { readonly publish: readonly string[]; readonly subscribe: readonly string[] };

/** The users of the one account that the local NATS has; without permissions a user may do everything in it. */
export type Users = Readonly<Record<string, Permissions | undefined>>;

/**
 * Installs a NATS server with JetStream and the given users, and answers their passwords: made once for a cluster,
 * read back from it later, so that installing again changes nothing.
 */
export async function installNats(kubectl: Kubectl, image: string, users: Users): Promise<Record<string, string>> {
  await ensureNamespace(kubectl, NATS_NAMESPACE);
  const known = (await readSecret(kubectl, NATS_NAMESPACE, 'nats-users')) ?? {};
  const passwords = Object.fromEntries(
    Object.keys(users).map((user) => [user, known[user] ?? randomBytes(18).toString('base64url')]),
  );
  await ensureSecret(kubectl, NATS_NAMESPACE, 'nats-users', passwords);
  await ensureSecret(kubectl, NATS_NAMESPACE, 'nats-config', { 'nats.conf': renderConfig(users, passwords) });
  await kubectl.apply([service(), statefulSet(image)]);
  await kubectl(['rollout', 'status', 'statefulset/nats', '-n', NATS_NAMESPACE, '--timeout=180s']);
  return passwords;
}

function renderConfig(users: Users, passwords: Readonly<Record<string, string>>): string {
  const list = Object.entries(users).map(([user, permissions]) => ({
    user,
    password: passwords[user],
    ...asRules(permissions),
  }));
  // NATS reads JSON as its own configuration format.
  return JSON.stringify({
    port: 4222,
    http: 8222,
    server_name: 'nats-0',
    jetstream: { store_dir: '/data', max_file_store: 8_000_000_000 },
    accounts: { STREAMS: { jetstream: 'enabled', users: list } },
  });
}

function asRules(permissions: Permissions | undefined): object {
  if (permissions === undefined) return {};
  return { permissions: { publish: { allow: permissions.publish }, subscribe: { allow: permissions.subscribe } } };
}

const LABELS = { 'app.kubernetes.io/name': 'nats' };

function service(): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'nats', namespace: NATS_NAMESPACE, labels: LABELS },
    spec: {
      selector: LABELS,
      ports: [
        { name: 'nats', port: 4222 },
        { name: 'monitor', port: 8222 },
      ],
    },
  };
}

function statefulSet(image: string): object {
  const container = {
    name: 'nats',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-c', '/etc/nats/nats.conf'],
    ports: [
      { name: 'nats', containerPort: 4222 },
      { name: 'monitor', containerPort: 8222 },
    ],
    // Without a request it would get next to nothing on a machine that has other things to do.
    resources: { requests: { cpu: '300m', memory: '256Mi' } },
    readinessProbe: { httpGet: { path: '/healthz', port: 'monitor' }, periodSeconds: 1, failureThreshold: 30 },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/nats', readOnly: true },
      { name: 'data', mountPath: '/data' },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'nats', namespace: NATS_NAMESPACE, labels: LABELS },
    spec: {
      serviceName: 'nats',
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            fsGroup: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container],
          volumes: [
            { name: 'config', secret: { secretName: 'nats-config', defaultMode: 0o440 } },
            { name: 'data', emptyDir: {} },
          ],
        },
      },
    },
  };
}
