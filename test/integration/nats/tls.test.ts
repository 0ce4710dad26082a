import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startNats, type NatsServer } from '@streamjob/hack';
import { TlsError, type ConnectionSpec } from '@streamjob/nats';
import { Authority } from './certificates.ts';
import { open } from './client.ts';
import { eventually } from './eventually.ts';
import { SecretDir } from './secret-dir.ts';

describe('TLS', () => {
  const authority = new Authority();
  const stranger = new Authority();
  const files = authority.issue('server', 'DNS:nats.example', 'IP:127.0.0.1');
  const clientFiles = authority.issue('client', 'DNS:client');
  const strangerFiles = stranger.issue('client', 'DNS:client');
  const config = (more = '') =>
    `tls { cert_file: "${files.certFile}", key_file: "${files.keyFile}", ca_file: "${authority.caFile}", ${more} }`;
  let server: NatsServer;
  let mutual: NatsServer;
  let plain: NatsServer;
  beforeAll(async () => {
    server = await startNats({ jetstream: false, config: config() });
    mutual = await startNats({ jetstream: false, config: config('verify: true') });
    plain = await startNats({ jetstream: false });
  }, 60_000);
  afterAll(async () => {
    for (const each of [server, mutual, plain]) await each.stop();
    authority.remove();
    stranger.remove();
  });
  const works = async (to: NatsServer, spec: Partial<ConnectionSpec>) => {
    const { nats } = await open(to, spec);
    await nats.flush();
    await nats.close();
  };
  const clientSecret = (from: Authority, { certFile, keyFile }: { certFile: string; keyFile: string }) =>
    new SecretDir({ 'tls.crt': from.read(certFile), 'tls.key': from.read(keyFile), 'ca.crt': from.read(from.caFile) });

  test('with the connection’s CA bundle, to an address and to a name', async () => {
    await works(server, { caFile: authority.caFile });
    await works(server, { caFile: authority.caFile, tls: { serverName: 'nats.example' } });
  });

  test('that begins with the handshake', async () => {
    const first = await startNats({ jetstream: false, config: config('handshake_first: true') });
    await works(first, { caFile: authority.caFile, tls: { handshakeFirst: true } });
    await first.stop();
  });

  test('that the address asks for', async () => {
    await works({ ...server, url: server.url.replace('nats://', 'tls://') }, { caFile: authority.caFile });
  });

  test.each([
    { what: 'an unknown authority', spec: {}, says: /UNABLE_TO_|SELF_SIGNED/ },
    { what: 'another authority', spec: { caFile: stranger.caFile }, says: /UNABLE_TO_|SELF_SIGNED/ },
    {
      what: 'another name',
      spec: { caFile: authority.caFile, tls: { serverName: 'other.example' } },
      says: /ERR_TLS_CERT_ALTNAME_INVALID/,
    },
  ])('is refused for $what', async ({ spec, says }) => {
    const refused = open(server, spec);
    await expect(refused).rejects.toThrow(TlsError);
    await expect(refused).rejects.toThrow(says);
  });

  test('is not given up where the server has none', async () => {
    const refused = open(plain, { caFile: authority.caFile });
    await expect(refused).rejects.toThrow(TlsError);
    await expect(refused).rejects.toThrow(/disagree on TLS/);
  });

  test('is mutual with a certificate that the server knows, and with no other', async () => {
    const good = clientSecret(authority, clientFiles);
    const bad = clientSecret(stranger, strangerFiles);
    await works(mutual, { credentialsDir: good.path });
    await expect(open(mutual, { caFile: authority.caFile })).rejects.toThrow(TlsError);
    await expect(open(mutual, { credentialsDir: bad.path, caFile: authority.caFile })).rejects.toThrow(TlsError);
    for (const each of [good, bad]) each.remove();
  }, 40_000);

  test('uses a renewed certificate', async () => {
    const dir = clientSecret(authority, clientFiles);
    const { nats, events } = await open(mutual, { credentialsDir: dir.path });
    const renewed = authority.issue('renewed', 'DNS:client');
    dir.write({
      'tls.crt': authority.read(renewed.certFile),
      'tls.key': authority.read(renewed.keyFile),
      'ca.crt': authority.read(authority.caFile),
    });
    await eventually('reconnected', () => events.some((event) => event.type === 'reconnected'));
    const { fingerprint256 } = new X509Certificate(authority.read(renewed.certFile));
    const response = await fetch(`${mutual.monitorUrl}/connz?auth=true`);
    expect(await response.text()).toContain(fingerprint256.replaceAll(':', '').toLowerCase());
    await nats.close();
    dir.remove();
  }, 30_000);
});
