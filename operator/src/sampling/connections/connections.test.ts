import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UnreachableError, type ConnectionSpec, type Nats } from '@streamjob/nats';
import { silentLogger } from '@streamjob/telemetry';
import { parseConfig } from '../../config/load.ts';
import { createFakeClock, settle, type FakeClock } from '../../runtime/testing/fake-clock.ts';
import { UnknownConnectionError } from './brokers.ts';
import { createConnections, type Connections } from './connections.ts';
import { keepDeadLetters } from './dead-letters.ts';

const PEM = '-----BEGIN CERTIFICATE-----\\nx\\n-----END CERTIFICATE-----\\n';
const { connections: configs } = parseConfig(`
worker: { image: w }
connections:
  - { name: default, urls: ["nats://127.0.0.1:4222"], deadLetter: { stream: DEAD, maxAge: 1h, maxBytes: 1Mi } }
  - name: secure
    urls: ["tls://127.0.0.1:4222"]
    caBundle: "${PEM}"
    tls: { serverName: nats }
    credentialsDir: /etc/creds
    deadLetter: { stream: OTHER, create: false }
`);

type FakeNats = { connected: boolean; close: (error?: Error) => void; streams: unknown[] };
let clock: FakeClock;
let stop: AbortController;
let dialled: ConnectionSpec[];
let made: FakeNats[];
let failure: Error | undefined;
let connections: Connections;

const dial = (spec: ConnectionSpec, { signal }: { signal: AbortSignal }) => {
  dialled.push(spec);
  if (failure !== undefined) return Promise.reject(failure);
  let close: FakeNats['close'] = () => undefined;
  const closed = new Promise<Error | undefined>((resolve) => (close = resolve));
  signal.addEventListener('abort', () => {
    close();
  });
  const fake: FakeNats = { connected: true, close, streams: [] };
  made.push(fake);
  const nats = {
    get connected() {
      return fake.connected;
    },
    server: { name: 's', version: '2.15.2', maxPayload: 1 },
    closed,
    ensureStream: (config: unknown) => {
      fake.streams.push(config);
      return Promise.resolve('created');
    },
    close: () => Promise.resolve(),
  };
  return Promise.resolve(nats as unknown as Nats);
};

beforeEach(() => {
  clock = createFakeClock();
  stop = new AbortController();
  dialled = [];
  made = [];
  failure = undefined;
  connections = createConnections({ connections: configs, clock, log: silentLogger, signal: stop.signal, dial });
});
afterEach(async () => {
  stop.abort();
  await connections.closed();
});

describe('connections', () => {
  test('are opened when first asked for, and shared', async () => {
    expect(dialled).toEqual([]);
    const all = await Promise.all([1, 2, 3].map(() => connections.use('default')));
    expect(new Set(all).size).toBe(1);
    expect(dialled).toEqual([{ servers: ['nats://127.0.0.1:4222'], name: 'streamjob-operator' }]);
  });

  test('get their authorities as a file, which goes with them', async () => {
    await connections.use('secure');
    const { caFile = '', ...rest } = dialled[0]!;
    expect(rest).toEqual({
      servers: ['tls://127.0.0.1:4222'],
      name: 'streamjob-operator',
      credentialsDir: '/etc/creds',
      tls: { serverName: 'nats' },
    });
    expect(readFileSync(caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
    stop.abort();
    await connections.closed();
    expect(existsSync(caFile)).toBe(false);
  });

  test('an unknown name', async () => {
    await expect(connections.use('nope')).rejects.toBeInstanceOf(UnknownConnectionError);
  });

  test('one that cannot be made fails at once from the second time on, and is tried in the background', async () => {
    failure = new UnreachableError('refused');
    const first = expect(connections.use('default')).rejects.toBe(failure);
    await clock.advance(3_000);
    await first;
    await expect(connections.use('default')).rejects.toBe(failure);
    failure = undefined;
    await clock.advance(15_000);
    expect(await connections.use('default')).toBeDefined();
  });

  test('one that lost its server fails at once until it is back', async () => {
    await connections.use('default');
    made[0]!.connected = false;
    await expect(connections.use('default')).rejects.toBeInstanceOf(UnreachableError);
    made[0]!.connected = true;
    expect(await connections.use('default')).toBeDefined();
  });

  test('one that closed for good is made anew', async () => {
    await connections.use('default');
    made[0]!.close(new Error('over'));
    await settle();
    await connections.use('default');
    expect(made).toHaveLength(2);
  });
});

test('dead-letter streams are kept where the configuration says to create them', async () => {
  const kept = keepDeadLetters(connections, configs, { clock, log: silentLogger }, stop.signal);
  await clock.advance(300_000);
  expect(dialled.map(({ servers }) => servers)).toEqual([['nats://127.0.0.1:4222']]);
  const desired = { name: 'DEAD', subjects: ['deadletters.>'], maxAgeMs: 3_600_000, maxBytes: 1_048_576, replicas: 1 };
  expect(made[0]?.streams).toEqual([desired, desired]);
  stop.abort();
  await kept;
});
