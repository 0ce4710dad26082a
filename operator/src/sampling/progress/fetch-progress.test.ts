import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFakeClock, settle } from '../../runtime/testing/fake-clock.ts';
import { fetchProgress } from './fetch-progress.ts';

const counts = Object.fromEntries(
  'received finished emitted filtered dropped unrouted deadLettered failed retried duplicates redelivered'
    .split(' ')
    .map((name) => [name, 1]),
);
const PROGRESS = {
  uid: 'u',
  revision: 'r',
  startedAt: 't',
  time: 't',
  connected: true,
  account: null,
  pulling: true,
  counts,
  inFlight: 0,
  oldestInFlightMs: 0,
  lastFinishedAt: null,
  waiting: [],
  stopped: null,
};

let server: http.Server;
let port: number;
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
beforeEach(async () => {
  server = http.createServer((request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const cases: Record<string, { answer: http.RequestListener; code: string }> = {
  'another status': { answer: (_request, response) => void response.writeHead(503).end(), code: 'HTTP 503' },
  'a redirect': {
    answer: (_request, response) => void response.writeHead(302, { location: '/' }).end(),
    code: 'HTTP 302',
  },
  'no JSON': { answer: (_request, response) => void response.end('secret'), code: 'unreadable' },
  'other JSON': { answer: (_request, response) => void response.end('{"secret":1}'), code: 'unreadable' },
  'a flood': { answer: (_request, response) => void response.end(Buffer.alloc(300_000, 32)), code: 'too large' },
  'a reset': { answer: (request) => void request.socket.destroy(), code: 'ECONNRESET' },
};

describe('fetchProgress', () => {
  test('reads what a worker tells', async () => {
    let path = '';
    answer = (request, response) => {
      path = request.url ?? '';
      response.end(JSON.stringify({ ...PROGRESS, later: 'field' }));
    };
    expect(await fetchProgress('127.0.0.1', createFakeClock(), port)).toEqual(PROGRESS);
    expect(path).toBe('/progress');
  });

  test.each(Object.entries(cases))('%s is an error that quotes nothing', async (_name, { answer: given, code }) => {
    answer = given;
    const failed = fetchProgress('127.0.0.1', createFakeClock(), port);
    await expect(failed).rejects.toMatchObject({ name: 'WorkerUnreachableError', code });
    await expect(failed).rejects.not.toThrow(/secret/);
  });

  test('a worker that hangs is given up after two seconds', async () => {
    const clock = createFakeClock();
    answer = () => undefined;
    const failed = expect(fetchProgress('127.0.0.1', clock, port)).rejects.toMatchObject({ code: 'timeout' });
    await settle();
    await clock.advance(2_000);
    await failed;
  });
});
