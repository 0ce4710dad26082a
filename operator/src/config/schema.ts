import { parseHttpHost } from '@streamjob/crds';
import { z } from 'zod';
import { durationMs, quantityBytes } from './units.ts';

const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a lower-case DNS label');

const labels = z.record(z.string().max(317), z.string().max(63));
const annotations = z.record(z.string().max(317), z.string().max(4096));

const selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string().max(317),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string().max(63)).optional(),
      }),
    )
    .optional(),
});

const PEER = 'must have cidr, or one or both of namespaceSelector and podSelector';

const egress = z.union(
  [
    z.strictObject({ cidr: z.union([z.cidrv4(), z.cidrv6()]) }),
    z
      .strictObject({ namespaceSelector: selector.optional(), podSelector: selector.optional() })
      .refine((peer) => Object.keys(peer).length > 0, { error: PEER }),
  ],
  { error: PEER },
);

const url = z.string().regex(/^(nats|tls):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?\/?$/, {
  error: 'must be nats://host:port or tls://host:port, without user or password: credentials come from credentialsDir',
});

const subjectPrefix = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be subject tokens of letters, digits, - and _ joined by dots');

const deadLetter = z.strictObject({
  stream: z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be a stream name of letters, digits, - and _'),
  subjectPrefix: subjectPrefix.default('deadletters'),
  create: z.boolean().default(true),
  maxAge: z.string().default('168h').transform(durationMs),
  maxBytes: z.string().default('1Gi').transform(quantityBytes),
  replicas: z.int().min(1).max(5).default(1),
});

const pem = z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'must be PEM certificates' });

const tls = z.strictObject({ serverName: z.string().optional(), handshakeFirst: z.boolean().optional() });

const connection = z
  .strictObject({
    name,
    urls: z.array(url).min(1).max(32),
    caBundle: pem.optional(),
    tls: tls.optional(),
    credentialsDir: z.string().startsWith('/', { error: 'must be an absolute path' }).optional(),
    defaultCredentialsSecretName: z.string().max(253).optional(),
    namespaces: z.array(z.union([z.literal('*'), name])).default(['*']),
    egress: z.array(egress).max(64).default([]),
    deadLetter: deadLetter.optional(),
  })
  .refine((value) => value.egress.length > 0 || value.urls.every(isAddress), {
    path: ['egress'],
    error:
      'must say where the servers are (a cidr or selectors), since urls name hosts that a NetworkPolicy cannot hold',
  });

function isAddress(text: string): boolean {
  const host = new URL(text.replace(/^(nats|tls):/, 'http:')).hostname.replace(/^\[|\]$/g, '');
  return z.union([z.ipv4(), z.ipv6()]).safeParse(host).success;
}

/** A host name or an address as URLs write it, without scheme and port; `*.` before a name stands for all below it. */
const httpHostName = z
  .string()
  .max(253)
  .refine((text) => !/^https?:|:\d+$/i.test(text) && parseHttpHost(text) !== undefined, {
    error: 'must be a host such as hooks.example.com, *.example.com or [fd00::1], without scheme, port or path',
  });

const httpHost = z
  .strictObject({
    host: httpHostName,
    scheme: z.enum(['https', 'http']).default('https'),
    port: z.int().min(1).max(65_535).optional(),
    namespaces: z.array(z.union([z.literal('*'), name])).default(['*']),
    egress: z.array(egress).max(64).default([]),
  })
  .refine(({ host, egress: peers }) => peers.length > 0 || isHostAddress(host), {
    path: ['egress'],
    error: 'must say where the host is (a cidr or selectors), since a NetworkPolicy cannot hold names',
  });

function isHostAddress(host: string): boolean {
  return z.union([z.ipv4(), z.ipv6()]).safeParse(host.replace(/^\[|\]$/g, '')).success;
}

const http = z.strictObject({
  hosts: z.array(httpHost).max(256).default([]),
  caBundle: pem.optional(),
  allowLocalAddresses: z.boolean().default(false),
});

const worker = z.strictObject({
  image: z.string().min(1),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  labels: labels.default({}),
  annotations: annotations.default({}),
});

/** The configuration file: what the platform team decides. */
export const configSchema = z.strictObject({
  clusterId: z.string().max(63).default(''),
  namespaces: z.array(name).default([]),
  worker,
  http: http.prefault({}),
  connections: z
    .array(connection)
    .refine((list) => new Set(list.map((one) => one.name)).size === list.length, { error: 'names must be unique' }),
});

export type OperatorConfig = z.output<typeof configSchema>;
export type ConnectionConfig = OperatorConfig['connections'][number];
export type DeadLetterConfig = NonNullable<ConnectionConfig['deadLetter']>;
export type HttpConfig = OperatorConfig['http'];
export type HttpHostConfig = HttpConfig['hosts'][number];
export type EgressPeer = ConnectionConfig['egress'][number];
