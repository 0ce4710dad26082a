import { describe, expect, test } from '@jest/globals';
import { ConfigError, parseConfig } from './load.ts';

const connection = (more = ''): string => `
worker: { image: "worker:1" }
connections:
  - name: default
    urls: ["nats://10.0.0.1:4222"]
    ${more}
`;

function faultsOf(text: string): string {
  try {
    parseConfig(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return 'none';
}

describe('configuration', () => {
  test('fills in what is left out', () => {
    expect(parseConfig(connection('deadLetter: { stream: DEAD }'))).toEqual({
      clusterId: '',
      namespaces: [],
      worker: { image: 'worker:1', imagePullPolicy: 'IfNotPresent', logLevel: 'info', labels: {}, annotations: {} },
      http: { hosts: [], allowLocalAddresses: false },
      connections: [
        {
          name: 'default',
          urls: ['nats://10.0.0.1:4222'],
          namespaces: ['*'],
          egress: [],
          deadLetter: {
            stream: 'DEAD',
            subjectPrefix: 'deadletters',
            create: true,
            maxAge: 604_800_000,
            maxBytes: 2 ** 30,
            replicas: 1,
          },
        },
      ],
    });
  });

  const good: Record<string, string> = {
    'a host with selectors': connection()
      .replace('10.0.0.1', 'nats.nats.svc')
      .concat('    egress: [{ podSelector: { matchLabels: { a: b } } }]\n'),
    'a host with a range': connection('egress: [{ cidr: "10.0.0.0/8" }, { cidr: "fd00::/8" }]').replace(
      '10.0.0.1',
      'n',
    ),
    'an IPv6 address': connection().replace('10.0.0.1', '[fd00::1]'),
    'an address without a port': connection().replace(':4222', ''),
    TLS: connection('tls: { serverName: nats, handshakeFirst: true }').replace('nats://', 'tls://'),
  };
  test.each(Object.entries(good))('takes %s', (_name, text) => {
    expect(faultsOf(text)).toBe('none');
  });

  const http = (hosts: string): string => `${connection()}http: { hosts: [${hosts}] }\n`;
  const CIDR = 'egress: [{ cidr: 0.0.0.0/0 }]';

  test('of HTTP hosts fills in what is left out', () => {
    expect(parseConfig(http(`{ host: hooks.example.com, ${CIDR} }, { host: 10.0.0.7, scheme: http }`)).http).toEqual({
      hosts: [
        { host: 'hooks.example.com', scheme: 'https', namespaces: ['*'], egress: [{ cidr: '0.0.0.0/0' }] },
        { host: '10.0.0.7', scheme: 'http', namespaces: ['*'], egress: [] },
      ],
      allowLocalAddresses: false,
    });
  });

  const bad: Record<string, { text: string; fault: string }> = {
    'a host with a scheme': {
      text: http(`{ host: "https://a", ${CIDR} }`),
      fault: 'http.hosts[0].host: must be a host',
    },
    'a host with a port': { text: http(`{ host: "a:8080", ${CIDR} }`), fault: 'http.hosts[0].host: must be a host' },
    'a host with a path': { text: http(`{ host: a/b, ${CIDR} }`), fault: 'http.hosts[0].host: must be a host' },
    'a star in a host': { text: http(`{ host: "a.*.b", ${CIDR} }`), fault: 'http.hosts[0].host: must be a host' },
    'a host name with no way out': { text: http('{ host: a }'), fault: 'http.hosts[0].egress: must say where' },
    'a port of a host that is none': { text: http(`{ host: a, port: 0, ${CIDR} }`), fault: 'http.hosts[0].port' },
    'authorities for hosts that are no PEM': {
      text: `${connection()}http: { caBundle: x }`,
      fault: 'http.caBundle: must be PEM',
    },
    nothing: { text: '', fault: 'worker: is required' },
    'no YAML': { text: 'a: [1', fault: 'no YAML at line 1' },
    'no image': { text: 'worker: {}\nconnections: []', fault: 'worker.image: is required' },
    'an unknown field': { text: connection('nmae: x'), fault: 'connections[0].nmae: unknown field' },
    'a password in an address': {
      text: connection().replace('10.0.0.1', 'u:p@10.0.0.1'),
      fault: 'connections[0].urls[0]: must be nats://',
    },
    'another scheme': { text: connection().replace('nats://', 'http://'), fault: 'connections[0].urls[0]' },
    'a name that is no label': {
      text: connection().replace('default', 'De_fault'),
      fault: 'connections[0].name: must be',
    },
    'a host with no way out': {
      text: connection().replace('10.0.0.1', 'nats.svc'),
      fault: 'connections[0].egress: must say where',
    },
    'a range that is none': { text: connection('egress: [{ cidr: 10.0.0.0 }]'), fault: 'connections[0].egress[0]' },
    'an empty peer': { text: connection('egress: [{}]'), fault: 'connections[0].egress[0]: must have cidr' },
    'a duration that is none': {
      text: connection('deadLetter: { stream: D, maxAge: 3 days }'),
      fault: 'connections[0].deadLetter.maxAge: must be a duration',
    },
    'an amount that is none': {
      text: connection('deadLetter: { stream: D, maxBytes: 1GB }'),
      fault: 'connections[0].deadLetter.maxBytes: must be',
    },
    'a stream name with dots': {
      text: connection('deadLetter: { stream: a.b }'),
      fault: 'connections[0].deadLetter.stream: must be',
    },
    'a wildcard prefix': {
      text: connection('deadLetter: { stream: D, subjectPrefix: "a.>" }'),
      fault: 'subjectPrefix: must be',
    },
    'authorities that are no PEM': {
      text: connection('caBundle: hello'),
      fault: 'connections[0].caBundle: must be PEM',
    },
    'one name twice': {
      text: `${connection()}  - { name: default, urls: ["nats://10.0.0.2"] }\n`,
      fault: 'connections: names must be unique',
    },
  };
  test.each(Object.entries(bad))('refuses %s', (_name, { text, fault }) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test('tells every fault at once, and no secret', () => {
    const faults = faultsOf(connection('caBundle: topsecret\n    urlz: topsecret'));
    expect(faults.split('\n')).toHaveLength(3);
    expect(faults).not.toContain('topsecret');
  });
});
