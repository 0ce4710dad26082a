import { describe, expect, test } from '@jest/globals';
import { type StreamJobSpec } from '@streamjob/crds';
import { check } from '../check.ts';
import { connection, job, noHttp, settings } from '../testing/fixtures.ts';
import {
  connectionConfigMap,
  deployment,
  manifestConfigMap,
  networkPolicy,
  podDisruptionBudget,
  serviceAccount,
  type RenderContext,
} from './index.ts';

function context(over: Partial<RenderContext> = {}, spec: Partial<StreamJobSpec> = {}): RenderContext {
  const of = job(spec);
  const verdict = check(of);
  if (!verdict.ok) throw new Error(verdict.finding.message);
  return {
    job: { name: 'late', namespace: 'flights', uid: 'uid-1' },
    manifest: verdict.manifest,
    hash: verdict.hash,
    clusterId: 'cluster-1',
    worker: settings,
    http: noHttp,
    connection,
    consumer: 'sj-1-late',
    replicas: 2,
    ...over,
  };
}

type Container = { args: string[]; env?: object[]; volumeMounts: { name: string; mountPath: string }[] } & object;
type PodSpec = { containers: Container[]; volumes: object[] } & Record<string, unknown>;

function podOf(over: Partial<RenderContext> = {}, spec: Partial<StreamJobSpec> = {}) {
  const template = deployment(context(over, spec)).spec?.template;
  const pod = template?.spec as unknown as PodSpec;
  return { template, pod, container: pod.containers[0]! };
}

describe('every object', () => {
  test('has its owner, the common labels and a name that says whose it is', () => {
    const rendered = [manifestConfigMap, serviceAccount, networkPolicy, podDisruptionBudget, deployment].map((build) =>
      build(context()),
    );
    for (const object of rendered) {
      expect(object?.metadata).toMatchObject({
        name: expect.stringMatching(/^late-worker/),
        namespace: 'flights',
        labels: {
          'streamjobs.dev/job': 'late',
          'app.kubernetes.io/instance': 'late',
          'app.kubernetes.io/managed-by': 'streamjob-operator',
        },
        ownerReferences: [{ kind: 'StreamJob', name: 'late', uid: 'uid-1', controller: true }],
      });
    }
  });
});

describe('the manifest', () => {
  test('is the user’s own shape, the same text whatever the order of keys', () => {
    const set = { b: 'event.b', a: 'event.a' };
    const reversed = { a: 'event.a', b: 'event.b' };
    const [one, other] = [set, reversed].map((fields) =>
      manifestConfigMap(context({}, { steps: [{ name: 'shape', map: { set: fields } }] })),
    );
    expect(one).toEqual(other);
    expect(one?.immutable).toBe(true);
    expect(one?.data?.['job.yaml']).toContain('kind: StreamJob');
    expect(one?.data?.['job.yaml']).not.toContain('replicas');
  });
});

describe('the pod', () => {
  test('runs under the restricted standard, without a token', () => {
    const { pod, container } = podOf();
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: 'late-worker',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  });

  test('has a token only when the job names an account', () => {
    const { pod } = podOf({}, { worker: { serviceAccountName: 'mine' } });
    expect(pod.serviceAccountName).toBe('mine');
    expect(pod).not.toHaveProperty('automountServiceAccountToken');
    expect(serviceAccount(context({}, { worker: { serviceAccountName: 'mine' } }))).toBeUndefined();
  });

  test('is told what it needs beyond the manifest', () => {
    const { container } = podOf({
      connection: {
        ...connection,
        urls: ['tls://a:4222', 'tls://b:4222'],
        caBundle: 'PEM',
        tls: { serverName: 'nats' },
        deadLetter: {
          stream: 'DEADLETTERS',
          subjectPrefix: 'dead',
          create: true,
          maxAge: 1,
          maxBytes: 1,
          replicas: 1,
        },
      },
      credentialsSecretName: 'nats-user',
      acceptedSource: '2026-01-01T00:00:00Z',
    });
    expect(container.args).toEqual(
      expect.arrayContaining([
        '--job=/etc/streamjob/job/job.yaml',
        '--nats=tls://a:4222,tls://b:4222',
        '--consumer=sj-1-late',
        '--uid=uid-1',
        '--cluster-id=cluster-1',
        '--nats-ca-file=/etc/streamjob/connection/ca.crt',
        '--nats-credentials-dir=/etc/streamjob/credentials',
        '--nats-tls-server-name=nats',
        '--dead-letter-stream=DEADLETTERS',
        '--dead-letter-subject=dead',
        '--accept-source-created=2026-01-01T00:00:00Z',
      ]),
    );
  });

  test('is told nothing that it doesn’t need', () => {
    const text = podOf().container.args.join(' ');
    for (const flag of ['ca-file', 'credentials', 'tls', 'dead-letter', 'accept', 'secrets'])
      expect(text).not.toContain(flag);
  });

  test('mounts the Secrets that steps name, once each', () => {
    const redact = (name: string) => ({
      name,
      redact: { fields: [name], with: 'Hash' as const, keySecretName: 'pii' },
    });
    const http = { url: 'https://a.example/${key}', credentialsSecretName: 'token' };
    const enrich = { name: 'three', enrich: { key: 'event.id', into: 'known', http } };
    const { pod, container } = podOf({}, { steps: [redact('one'), redact('two'), enrich] });
    expect(pod.volumes).toContainEqual({ name: 'secret-0', secret: { secretName: 'pii' } });
    expect(pod.volumes).toContainEqual({ name: 'secret-1', secret: { secretName: 'token' } });
    expect(container.volumeMounts.filter(({ mountPath }) => mountPath === '/etc/streamjob/secrets/pii')).toHaveLength(
      1,
    );
    expect(container.args).toContain('--secrets-dir=/etc/streamjob/secrets');
  });

  test.each([
    { name: 'the default limit', worker: {}, heap: '--max-old-space-size=307' },
    { name: 'its own limit', worker: { resources: { limits: { memory: '1Gi' } } }, heap: '--max-old-space-size=614' },
    { name: 'no limit', worker: { resources: {} }, heap: undefined },
  ])('has a heap that fits $name', ({ worker, heap }) => {
    const env = podOf({}, { worker }).container.env;
    expect(env).toEqual(heap === undefined ? undefined : [{ name: 'NODE_OPTIONS', value: heap }]);
  });

  test('mounts the ConfigMaps of its modules, and leaves them their memory', () => {
    const module = (name: string) => ({ name, code: { configMap: { name: 'score', key: `${name}.js` } } });
    const { pod, container } = podOf({}, { steps: [module('one'), module('two')] });
    expect(pod.volumes).toContainEqual({ name: 'module-0', configMap: { name: 'score' } });
    const mountPath = '/etc/streamjob/modules/score';
    expect(container.volumeMounts).toContainEqual({ name: 'module-0', mountPath, readOnly: true });
    expect(container.args).toContain('--modules-dir=/etc/streamjob/modules');
    expect(container.env).toEqual([{ name: 'NODE_OPTIONS', value: '--max-old-space-size=170' }]);
  });

  test('carries the user’s labels and placement, and never loses its own', () => {
    const constraint = { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const };
    const { template, pod } = podOf(
      { worker: { ...settings, labels: { team: 'platform', tier: 'x' } } },
      {
        worker: { labels: { team: 'flights' }, nodeSelector: { disk: 'ssd' }, topologySpreadConstraints: [constraint] },
      },
    );
    expect(template?.metadata?.labels).toMatchObject({ team: 'flights', tier: 'x', 'streamjobs.dev/job': 'late' });
    expect(pod.nodeSelector).toEqual({ disk: 'ssd' });
    expect(pod.topologySpreadConstraints).toMatchObject([
      { ...constraint, labelSelector: { matchLabels: { 'streamjobs.dev/job': 'late' } } },
    ]);
  });

  test('is found by labels that never change', () => {
    const { spec } = deployment(context());
    expect(spec?.template.metadata?.labels).toMatchObject(spec?.selector.matchLabels ?? {});
  });
});

describe('a job that sends to HTTP servers', () => {
  const sinks = [
    { name: 'a', http: { url: 'https://hooks.example.com/${event.id}', credentialsSecretName: 'hook-token' } },
    { name: 'b', http: { url: 'https://hooks.example.com/other' } },
    { name: 'c', http: { url: 'http://10.0.0.7:8080/' } },
  ];
  const anywhere = { cidr: '0.0.0.0/0' };
  const host = { scheme: 'https' as const, namespaces: ['*'], egress: [anywhere] };
  const http = {
    hosts: [
      { ...host, host: '*.example.com' },
      { ...host, host: 'unused.example.com' },
      { ...host, host: '10.0.0.7', scheme: 'http' as const, port: 8080, egress: [] },
    ],
    allowLocalAddresses: false,
  };

  test('is told the hosts that it uses, and no other', () => {
    const args = podOf({ http }, { sinks }).container.args.filter((argument) => argument.startsWith('--http'));
    expect(args).toEqual(['--http-host=hooks.example.com', '--http-host=http://10.0.0.7:8080']);
    const local = podOf({ http: { ...http, allowLocalAddresses: true } }, { sinks }).container.args;
    expect(local).toContain('--http-allow-local');
  });

  test('is let out to them, everywhere but to the node', () => {
    expect(networkPolicy(context({ http }, { sinks })).spec?.egress?.slice(2)).toEqual([
      {
        to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['127.0.0.0/8', '169.254.0.0/16'] } }],
        ports: [{ protocol: 'TCP', port: 443 }],
      },
      { to: [{ ipBlock: { cidr: '10.0.0.7/32' } }], ports: [{ protocol: 'TCP', port: 8080 }] },
    ]);
    const { egress } = networkPolicy(context({ http: { ...http, allowLocalAddresses: true } }, { sinks })).spec ?? {};
    expect(egress?.[2]?.to).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }]);
  });

  test('has the Secrets of its sinks mounted', () => {
    const { pod, container } = podOf({ http }, { sinks });
    expect(pod.volumes).toContainEqual({ name: 'secret-0', secret: { secretName: 'hook-token' } });
    expect(pod.volumes).not.toContainEqual(expect.objectContaining({ name: 'module-0' }));
    expect(container.args).toContain('--secrets-dir=/etc/streamjob/secrets');
  });

  test('has the platform’s authorities', () => {
    const bundle = { http: { ...http, caBundle: 'PEM' } };
    expect(connectionConfigMap(context(bundle, { sinks }))?.data).toEqual({ 'http-ca.crt': 'PEM' });
    expect(connectionConfigMap(context(bundle))).toBeUndefined();
    const { pod, container } = podOf(bundle, { sinks });
    expect(pod.volumes).toContainEqual({ name: 'connection', configMap: { name: 'late-connection' } });
    expect(container.args).toContain('--http-ca-file=/etc/streamjob/connection/http-ca.crt');
  });

  test('is let out nowhere once its host is no longer allowed', () => {
    const gone = { http: { ...http, hosts: [] } };
    expect(networkPolicy(context(gone, { sinks })).spec?.egress).toHaveLength(2);
    expect(podOf(gone, { sinks }).container.args.join()).not.toContain('--http');
  });
});

describe('the wall', () => {
  const rulesFor = (over: Partial<typeof connection>) =>
    networkPolicy(context({ connection: { ...connection, ...over } })).spec?.egress ?? [];

  test('lets out names and the addresses that the URLs hold', () => {
    expect(rulesFor({})[1]).toEqual({
      to: [{ ipBlock: { cidr: '10.0.0.1/32' } }],
      ports: [{ protocol: 'TCP', port: 4222 }],
    });
    expect(rulesFor({ urls: ['nats://[fd00::1]:4333'] })[1]).toMatchObject({
      to: [{ ipBlock: { cidr: 'fd00::1/128' } }],
      ports: [{ port: 4333 }],
    });
  });

  test('lets out to the peers that the connection names, on the ports of its URLs', () => {
    const egress = [{ cidr: '10.1.0.0/16' }, { podSelector: { matchLabels: { app: 'nats' } } }];
    expect(rulesFor({ urls: ['nats://b:5222', 'nats://a', 'nats://c:5222'], egress })[1]).toEqual({
      to: [{ ipBlock: { cidr: '10.1.0.0/16' } }, { podSelector: { matchLabels: { app: 'nats' } } }],
      ports: [
        { protocol: 'TCP', port: 4222 },
        { protocol: 'TCP', port: 5222 },
      ],
    });
  });

  test('never has a rule without peers, which would let out everything', () => {
    for (const rule of rulesFor({ urls: ['nats://name:4222'] })) expect(rule.to).not.toHaveLength(0);
    expect(rulesFor({ urls: ['nats://name:4222'] })).toHaveLength(1);
  });
});

test('the CA bundle has a ConfigMap when there is one', () => {
  expect(connectionConfigMap(context())).toBeUndefined();
  const { data } = connectionConfigMap(context({ connection: { ...connection, caBundle: 'PEM' } })) ?? {};
  expect(data).toEqual({ 'ca.crt': 'PEM' });
});
