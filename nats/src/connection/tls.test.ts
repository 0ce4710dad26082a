import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Server } from '@nats-io/transport-node';
import { aimTls, tlsSettings } from './tls.ts';

describe('tlsSettings', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tls-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const spec = (extra: object) => ({ servers: ['a'], name: 'test', ...extra });

  test.each([
    { asks: 'nothing', extra: {}, tls: false, expected: undefined },
    { asks: 'the address', extra: {}, tls: true, expected: {} },
    { asks: 'a bundle', extra: { caFile: '/ca.pem' }, tls: false, expected: { caFile: '/ca.pem' } },
    { asks: 'a server name', extra: { tls: { serverName: 'n' } }, tls: false, expected: { servername: 'n' } },
    {
      asks: 'handshake first',
      extra: { tls: { handshakeFirst: true } },
      tls: false,
      expected: { handshakeFirst: true },
    },
  ])('$asks', ({ extra, tls, expected }) => {
    expect(tlsSettings(spec(extra), tls)).toEqual(expected);
  });

  test('uses the credentials’ certificate and authority, the connection’s authority first', () => {
    for (const name of ['tls.crt', 'tls.key', 'ca.crt']) writeFileSync(join(dir, name), '');
    const files = { certFile: join(dir, 'tls.crt'), keyFile: join(dir, 'tls.key') };
    expect(tlsSettings(spec({ credentialsDir: dir }), false)).toEqual({ ...files, caFile: join(dir, 'ca.crt') });
    expect(tlsSettings(spec({ credentialsDir: dir, caFile: '/ca.pem' }), false)).toEqual({
      ...files,
      caFile: '/ca.pem',
    });
  });

  test('a certificate without its key is not used', () => {
    writeFileSync(join(dir, 'tls.crt'), '');
    expect(tlsSettings(spec({ credentialsDir: dir }), false)).toBeUndefined();
  });
});

test.each([
  { hostname: '10.0.0.1', tlsName: '', host: '10.0.0.1' },
  { hostname: '10.0.0.1', tlsName: 'nats.example', host: 'nats.example' },
])('aimTls checks the certificate of $host', ({ hostname, tlsName, host }) => {
  const tls = {};
  aimTls(tls, { hostname, tlsName } as Server);
  expect(tls).toEqual({ host });
});
