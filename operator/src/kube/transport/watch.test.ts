import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFakeClock, type FakeClock } from '../../runtime/testing/fake-clock.ts';
import { type WatchLine } from '../api.ts';
import { ExpiredError, UnreachableError } from '../errors.ts';
import { resources } from '../resources.ts';
import { startFakeHttp, status, type Answer, type FakeHttp } from '../testing/fake-http.ts';
import { plainEndpoint, type Endpoint } from './endpoint.ts';
import { watch } from './watch.ts';

let server: FakeHttp;
let endpoint: Endpoint;
let clock: FakeClock;
beforeEach(async () => {
  server = await startFakeHttp(() => undefined);
  endpoint = plainEndpoint(server.url);
  clock = createFakeClock();
});
afterEach(async () => {
  endpoint.close();
  await server.close();
});

function start(answer: Answer, onLine: (line: WatchLine) => void = () => undefined) {
  server.answer = answer;
  const lines: WatchLine[] = [];
  const stop = new AbortController();
  const options = { namespace: 'a', resourceVersion: '7', timeoutSeconds: 300, signal: stop.signal };
  const handlers = {
    onOpen: () => undefined,
    onLine: (line: WatchLine) => {
      lines.push(line);
      onLine(line);
    },
  };
  return { lines, stop, ended: watch(endpoint, clock, resources.pods, options, handlers) };
}

const added = (name: string): string => JSON.stringify({ type: 'ADDED', object: { metadata: { name } } });

describe('watch', () => {
  test('reads lines however they are cut, and ends with the server', async () => {
    const text = `${added('ä')}\n${added('b')}\n`;
    const bytes = Buffer.from(text);
    const { lines, ended } = start((_seen, response) => {
      void (async () => {
        for (const byte of bytes) await new Promise((go) => response.write(Buffer.from([byte]), go));
        response.end(added('c'));
      })();
    });
    await ended;
    expect(lines.map(({ object }) => (object as { metadata: { name: string } }).metadata.name)).toEqual([
      'ä',
      'b',
      'c',
    ]);
    expect(String(server.seen[0]?.query)).toBe(
      'watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300',
    );
  });

  test('a line that is no event is told, without its text', async () => {
    const { lines, ended } = start(
      (_seen, response) => void response.end(`{"type":"ADDED","object":{"secret":1\n[]\n${added('b')}\n`),
    );
    await ended;
    expect(lines.map(({ type }) => type)).toEqual(['MALFORMED', 'MALFORMED', 'ADDED']);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('a refusal is a typed error', async () => {
    await expect(start(status(410, 'Expired')).ended).rejects.toBeInstanceOf(ExpiredError);
  });

  test('a connection that breaks is an error', async () => {
    const { ended } = start((_seen, response, socket) => {
      response.writeHead(200);
      response.write(`${added('a')}\n`, () => setImmediate(() => socket.destroy()));
    });
    await expect(ended).rejects.toBeInstanceOf(UnreachableError);
  });

  test('a server that never opens it is given up; one that opened it may stay silent', async () => {
    const hung = start(() => undefined);
    const failed = expect(hung.ended).rejects.toBeInstanceOf(UnreachableError);
    while (server.seen.length === 0) await clock.advance(0);
    await clock.advance(10_000);
    await failed;
    const silent = start((_seen, response) => {
      response.writeHead(200);
      response.flushHeaders();
    });
    while (clock.pending > 0 || server.seen.length < 2) await clock.advance(0);
    await clock.advance(3_600_000);
    silent.stop.abort();
    await silent.ended;
  });

  test("a handler's error ends the watch and is passed on", async () => {
    const error = new ExpiredError('too old', { status: 410, reason: '', causes: [] });
    const { ended } = start(
      (_seen, response) => void response.write(`${added('a')}\n`),
      () => {
        throw error;
      },
    );
    await expect(ended).rejects.toBe(error);
  });
});
