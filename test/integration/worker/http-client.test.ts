import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../../worker/src/http/index.ts';
import { Authority } from '../nats/certificates.ts';

let authority: Authority;
let server: Server;
let port: number;
const clients: HttpClient[] = [];

beforeAll(async () => {
  authority = new Authority();
  const { certFile, keyFile } = authority.issue('server', 'DNS:localhost');
  server = createServer({ cert: authority.read(certFile), key: authority.read(keyFile) }, (_request, response) => {
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  authority.remove();
});

function open(caFile?: string): HttpClient {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  const client = createHttpClient({
    hosts,
    allowLocal: true,
    clock: { wallMs: () => 0 },
    ...(caFile === undefined ? {} : { caFile }),
  });
  clients.push(client);
  return client;
}

function get(client: HttpClient, host = 'localhost'): Promise<HttpAnswer> {
  return client.request({ method: 'GET', url: `https://${host}:${port}/`, headers: [], deadlineMs: 5_000 });
}

test('an authority of the platform’s own is trusted, for the names that it certified', async () => {
  const client = open(authority.caFile);
  expect(await get(client)).toMatchObject({ kind: 'answered', status: 200 });
  expect(await get(client, '127.0.0.1')).toEqual({ kind: 'unreachable', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('without it, the server is not trusted', async () => {
  expect(await get(open())).toMatchObject({
    kind: 'unreachable',
    code: expect.stringMatching(/CERT|SIGNATURE|ISSUER/),
  });
});

test('the file is read again when it changes', async () => {
  const file = join(authority.dir, 'mounted.crt');
  const other = new Authority();
  try {
    copyFileSync(other.caFile, file);
    utimesSync(file, 1, 1);
    const client = open(file);
    expect(await get(client)).toMatchObject({ kind: 'unreachable' });
    copyFileSync(authority.caFile, file);
    expect(await get(client)).toMatchObject({ kind: 'answered' });
  } finally {
    other.remove();
  }
});

test('a file that is not there, or holds no certificate, is told', async () => {
  expect(await get(open('/nowhere/ca.crt'))).toEqual({ kind: 'unreachable', code: 'ENOENT' });
  const empty = join(authority.dir, 'empty.crt');
  writeFileSync(empty, 'nothing');
  expect(await get(open(empty))).toMatchObject({ kind: 'unreachable' });
});
