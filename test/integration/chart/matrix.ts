/** Values that users set, alone and together; each must render into objects that an API server takes. */
export const matrix: Readonly<Record<string, object>> = {
  'nothing set': {},
  'a connection with everything': {
    connections: [
      {
        name: 'default',
        urls: ['tls://nats-0.example.org:4222', 'tls://nats-1.example.org:4223'],
        credentialsSecretName: 'nats-operator',
        defaultCredentialsSecretName: 'nats-user',
        caBundle: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
        tls: { serverName: 'nats.example.org' },
        namespaces: ['flights', 'weather'],
        egress: [
          { cidr: '10.0.0.0/8' },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'nats' } }, podSelector: {} },
        ],
        deadLetter: {
          stream: 'DEADLETTERS',
          subjectPrefix: 'dead',
          create: true,
          maxAge: '168h',
          maxBytes: '1Gi',
          replicas: 3,
        },
      },
      { name: 'second', urls: ['nats://10.0.0.7'] },
    ],
  },
  'HTTP hosts': {
    http: {
      hosts: [
        { host: 'hooks.example.com', egress: [{ cidr: '0.0.0.0/0' }] },
        {
          host: '*.tools.svc',
          scheme: 'http',
          port: 8080,
          namespaces: ['flights'],
          egress: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tools' } } }],
        },
        { host: '10.0.0.7' },
        { host: '[fd00::7]' },
      ],
      caBundle: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      allowLocalAddresses: true,
    },
  },
  'two namespaces': { watchNamespaces: ['flights', 'weather'], clusterId: 'prod-1' },
  'digests instead of tags': {
    image: { repository: 'example.org/operator', digest: `sha256:${'a'.repeat(64)}` },
    worker: { image: { repository: 'example.org/worker', digest: `sha256:${'b'.repeat(64)}` } },
  },
  'labels everywhere': {
    commonLabels: { team: 'platform' },
    podLabels: { zone: 'a' },
    podAnnotations: { note: 'x' },
    worker: { image: { repository: 'w' }, labels: { cost: 'streams' }, annotations: { note: 'y' } },
  },
  'everything optional off': {
    serviceAccount: { create: false, name: 'existing' },
    rbac: { create: false, aggregate: false },
    podDisruptionBudget: { enabled: false },
    networkPolicy: { enabled: false },
    crds: { enabled: false },
  },
  'one replica, placed': {
    replicas: 1,
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'a', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { a: 'b' } },
      },
    ],
    priorityClassName: 'system-cluster-critical',
    imagePullSecrets: [{ name: 'registry' }],
  },
  'a narrow network policy': {
    networkPolicy: {
      apiServer: { cidrs: ['10.0.0.1/32'], ports: [6443] },
      extraEgress: [{ ports: [{ port: 4318, protocol: 'TCP' }] }],
    },
  },
  'extra objects': {
    extraObjects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-extra' } },
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n',
    ],
  },
  'CRDs that go with the release': { crds: { keep: false } },
  'another name': { fullnameOverride: 'jobs' },
};

/** Values with a mistake, and what the error must name. */
export const mistakes: Readonly<Record<string, { values: object; names: RegExp }>> = {
  'a mistyped key': { values: { replica: 2 }, names: /replica/ },
  'a password in an address': {
    values: { connections: [{ name: 'default', urls: ['nats://user:secret@nats:4222'] }] },
    names: /urls/,
  },
  'a connection without an address': { values: { connections: [{ name: 'default' }] }, names: /urls/ },
  'a host name without its place in the network': {
    values: { connections: [{ name: 'default', urls: ['nats://nats.nats.svc:4222'] }] },
    names: /egress/,
  },
  'an HTTP host without its place in the network': {
    values: { http: { hosts: [{ host: 'hooks.example.com' }] } },
    names: /egress/,
  },
  'an HTTP host with a path': {
    values: { http: { hosts: [{ host: 'hooks.example.com/a', egress: [{ cidr: '0.0.0.0/0' }] }] } },
    names: /host/,
  },
  'an HTTP host with a port in it': {
    values: { http: { hosts: [{ host: 'hooks.example.com:80', egress: [{ cidr: '0.0.0.0/0' }] }] } },
    names: /host/,
  },
  'a log level that does not exist': { values: { logLevel: 'verbose' }, names: /logLevel/ },
  'a digest that is none': { values: { image: { repository: 'a', digest: 'latest' } }, names: /digest/ },
  'namespaces without a cluster id': { values: { watchNamespaces: ['flights'] }, names: /clusterId/ },
};
