import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient, type HttpAnswer, type HttpClient, type HttpRequest } from './index.ts';

type Handle = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

let server: Server;
let port: number;
let handle: Handle;
let client: HttpClient;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(request, response, Buffer.concat(chunks));
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  client = open([`http://127.0.0.1:${port}`, `http://localhost:${port}`]);
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function open(hosts: readonly string[], allowLocal = true): HttpClient {
  return createHttpClient({ hosts, allowLocal, clock: { wallMs: () => 0 } });
}

function send(change: Partial<HttpRequest> = {}, path = '/', from = client): Promise<HttpAnswer> {
  const url = `http://127.0.0.1:${port}${path}`;
  return from.request({ method: 'GET', url, headers: [], deadlineMs: 5_000, ...change });
}

describe('an answer', () => {
  test('comes with its status and body, the request as it was asked', async () => {
    let seen: object = {};
    handle = ({ method, url, headers }, response, body) => {
      seen = { method, url, body: body.toString(), kind: headers['x-kind'], agent: headers['user-agent'] };
      response.writeHead(201, { 'retry-after': '3' }).end('created');
    };
    const body = Buffer.from('{"a":1}');
    const headers = [['X-Kind', 'größer 日']] as const;
    const answer = await send({ method: 'POST', body, headers }, '/a%2Fb?c=d%20e');
    expect(answer).toEqual({ kind: 'answered', status: 201, body: Buffer.from('created'), retryAfterMs: 3_000 });
    expect(seen).toMatchObject({ method: 'POST', url: '/a%2Fb?c=d%20e', body: '{"a":1}', agent: 'streamjob-worker' });
    expect(Buffer.from((seen as { kind: string }).kind, 'latin1').toString()).toBe('größer 日');
  });

  test.each([301, 302, 307, 404, 500, 503])(
    'with status %i is an answer: nothing is followed or repeated',
    async (status) => {
      let requests = 0;
      handle = (_request, response) => {
        requests += 1;
        response.writeHead(status, { location: `http://127.0.0.1:${port}/again` }).end();
      };
      expect(await send()).toMatchObject({ kind: 'answered', status });
      expect(requests).toBe(1);
    },
  );

  test('that is too large is not kept', async () => {
    handle = (_request, response) => {
      response.writeHead(200).end('x'.repeat(2_000));
    };
    expect(await send({ maxAnswerBytes: 1_999 })).toEqual({ kind: 'too-large', status: 200 });
    expect(await send({ maxAnswerBytes: 2_000 })).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('leaves the connection for the next request', async () => {
    handle = (_request, response) => void response.end('ok');
    for (let count = 0; count < 20; count += 1) await send();
    expect(connections).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 4 }, () => send()));
    expect(connections).toBeLessThanOrEqual(5);
  });
});

describe('no answer', () => {
  test('before the deadline: while waiting for it, and in the middle of its body', async () => {
    handle = () => undefined;
    expect(await send({ deadlineMs: 50 })).toEqual({ kind: 'timeout' });
    handle = (_request, response) => {
      response.writeHead(200);
      response.write('half');
    };
    expect(await send({ deadlineMs: 50 })).toEqual({ kind: 'timeout' });
  });

  test('because the signal says stop', async () => {
    const aborted = { kind: 'unreachable', code: 'Aborted' };
    const stop = new AbortController();
    handle = () => {
      stop.abort();
    };
    expect(await send({ signal: stop.signal })).toEqual(aborted);
    expect(await send({ signal: stop.signal })).toEqual(aborted);
  });

  test('because the connection breaks', async () => {
    handle = ({ socket }) => socket.destroy();
    expect(await send()).toEqual({ kind: 'unreachable', code: 'UND_ERR_SOCKET' });
  });

  test('because nobody listens, or the name is unknown', async () => {
    const other = open(['http://127.0.0.1:1', 'http://nowhere.invalid']);
    const at = (url: string): Promise<HttpAnswer> => send({ url }, '', other);
    expect(await at('http://127.0.0.1:1/secret')).toEqual({ kind: 'unreachable', code: 'ECONNREFUSED' });
    expect(await at('http://nowhere.invalid/')).toMatchObject({
      code: expect.stringMatching(/^E(NOTFOUND|AI_AGAIN)$/),
    });
    await other.close();
  });

  test('because the client is closed', async () => {
    handle = () => void client.close();
    expect(await send()).toMatchObject({ kind: 'unreachable' });
    expect(await send()).toMatchObject({ kind: 'unreachable' });
  });

  test('because a header can’t be sent', async () => {
    expect(await send({ headers: [['a', 'b\r\nc: d']] })).toMatchObject({ kind: 'unreachable' });
  });
});

describe('the guard', () => {
  // Each is on the list, as a platform team might put it there by mistake, or a name server answer it later.
  const hostile = (): string[] => [
    `http://127.0.0.1:${port}/`,
    `http://0x7f.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://017700000001:${port}/`,
    `http://127.1:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::1]:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://0:${port}/`,
    `http://localhost:${port}/`,
    `http://LOCALHOST:${port}/`,
    `http://localhost.:${port}/`,
    `http://１２７.0.0.1:${port}/`,
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[64:ff9b::7f00:1]/',
  ];

  test('lets no request out to a local address, however it is written', async () => {
    let requests = 0;
    handle = (_request, response) => {
      requests += 1;
      response.end();
    };
    for (const url of hostile()) {
      const guarded = open([new URL(url).origin], false);
      expect([url, await send({ url }, '', guarded)]).toMatchObject([url, { kind: 'forbidden' }]);
      await guarded.close();
    }
    expect([requests, connections]).toEqual([0, 0]);
  });

  test('lets out where the platform allows local addresses', async () => {
    handle = (_request, response) => void response.end();
    for (const host of ['127.1', '0x7f.1', '2130706433', 'LOCALHOST', 'localhost.']) {
      expect(await send({ url: `http://${host}:${port}/` })).toMatchObject({ status: 200 });
    }
  });

  test.each([
    ['a host that is not listed', 'http://other.example/', 'other.example'],
    ['another port', 'http://127.0.0.1:1/', '127.0.0.1'],
    ['another scheme', 'https://127.0.0.1/', '127.0.0.1'],
    ['a user', 'http://me:secret@127.0.0.1/', '127.0.0.1'],
    ['no URL', 'nonsense', ''],
  ])('refuses %s', async (_name, url, host) => {
    expect(await send({ url })).toEqual({ kind: 'forbidden', host });
  });
});
