import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { poll } from '../../../hack/src/process/poll.ts';
import { idsOf, type Read } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { openScene, type Scene } from './harness/scene.ts';
import { type WorkerProcess } from './harness/worker-process.ts';

jest.setTimeout(180_000);

const CUSTOMERS = 100;
const BUCKET = { name: 'KV_CUSTOMERS', subjects: ['$KV.CUSTOMERS.>'], max_msgs_per_subject: 1 };

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await scene.end();
});

const event = (index: number) => ({
  subject: `src.${index % 7}`,
  payload: JSON.stringify({ id: index, origin: 'x', customer: index % CUSTOMERS }),
});
/** With a number that no double holds. */
const customer = (index: number, version: number): string =>
  `{"customer":${index},"version":${version},"account":9007199254740993}`;

async function put(index: number, version: number): Promise<void> {
  await scene.broker.nc.request(`$KV.CUSTOMERS.${index}`, customer(index, version), { timeout: 5_000 });
}

function start(lookup: object, change: object = {}, args: readonly string[] = []): WorkerProcess {
  const steps = [{ name: 'customer', enrich: { key: 'event.customer', into: 'known', ...lookup, ...change } }];
  return scene.worker({ manifest: manifest({ steps }), args });
}

type Result = { id: number; customer: number; known: { customer: number; version: number } | null };
const resultOf = ({ payload }: Read): Result => JSON.parse(payload) as Result;

async function expectEachOnce(count: number): Promise<Result[]> {
  const read = await scene.broker.read('OUT');
  const ids = idsOf(read);
  expect(ids.size).toBe(count);
  expect([...ids.values()].filter((times) => times !== 1)).toEqual([]);
  return read.map(resultOf);
}

const waitsFor =
  (code: string | RegExp) =>
  ({ waiting }: { waiting: readonly { destination: string; reason: string; code: string }[] }) =>
    waiting.some(
      (each) => each.destination === 'customer' && each.reason === 'LookupUnreachable' && each.code.match(code),
    );

describe('from a bucket', () => {
  const kv = { kv: { bucket: 'CUSTOMERS' } };

  test('10,000 messages while the bucket changes: each has its own customer, and the newest in the end', async () => {
    await scene.broker.addStream(BUCKET);
    for (let index = 0; index < CUSTOMERS; index += 1) await put(index, 0);
    await scene.broker.fill('SRC', 10_000, event);
    const worker = start(kv);
    await worker.start();
    let version = 0;
    await poll(
      'half are out',
      async () => {
        version += 1;
        for (let index = 0; index < CUSTOMERS; index += 10) await put(index, version);
        return (await scene.broker.messages('OUT')) >= 5_000;
      },
      { timeoutMs: 60_000, everyMs: 1 },
    );
    await scene.broker.settled('SRC');
    await scene.broker.fill('SRC', CUSTOMERS, (index) => event(10_000 + index));
    await scene.broker.settled('SRC');
    const results = await expectEachOnce(10_000 + CUSTOMERS);
    expect(results.filter(({ customer: own, known }) => known?.customer !== own)).toEqual([]);
    expect((await scene.broker.read('OUT'))[0]?.payload).toContain('9007199254740993');
    const last = results.filter(({ id }) => id >= 10_000);
    expect(last.filter(({ customer: own, known }) => known?.version !== (own % 10 === 0 ? version : 0))).toEqual([]);
  });

  test('a bucket that does not exist yet: messages wait, none is dead-lettered', async () => {
    await scene.broker.fill('SRC', 500, event);
    const worker = start(kv, { onMissing: 'Null' });
    await worker.start();
    const progress = await worker.until('it says so', waitsFor('BucketNotFound CUSTOMERS'));
    expect(progress.counts).toMatchObject({ emitted: 0, deadLettered: 0, dropped: 0 });
    await scene.broker.addStream(BUCKET);
    for (let index = 0; index < CUSTOMERS; index += 1) await put(index, 1);
    await scene.broker.settled('SRC');
    await expectEachOnce(500);
    expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
    await worker.until('nothing waits', ({ waiting }) => waiting.length === 0);
  });

  test('a server that is killed and comes back', async () => {
    await scene.broker.addStream(BUCKET);
    for (let index = 0; index < CUSTOMERS; index += 1) await put(index, 1);
    await scene.broker.fill('SRC', 20_000, event);
    const worker = start(kv);
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.finished > 2_000);
    await scene.server.kill('SIGKILL');
    await scene.server.restart();
    await scene.broker.settled('SRC');
    const results = await expectEachOnce(20_000);
    expect(results.filter(({ customer: own, known }) => known?.customer !== own)).toEqual([]);
    expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
  });

  test('a bucket that does not fit: keys are read when they are asked for, and changes count', async () => {
    await scene.broker.addStream(BUCKET);
    for (let index = 0; index < CUSTOMERS; index += 1) await put(index, 1);
    for (let index = 0; index < 3_000; index += 1)
      scene.broker.nc.publish(`$KV.CUSTOMERS.large${index}`, 'x'.repeat(2_000));
    await scene.broker.fill('SRC', 2_000, event);
    const worker = start({ kv: { bucket: 'CUSTOMERS', maxBytes: '2Mi' } });
    await worker.start();
    await scene.broker.settled('SRC');
    for (let index = 0; index < CUSTOMERS; index += 1) await put(index, 2);
    await scene.broker.fill('SRC', CUSTOMERS, (index) => event(2_000 + index));
    await scene.broker.settled('SRC');
    const results = await expectEachOnce(2_000 + CUSTOMERS);
    expect(
      results.filter(
        ({ id, customer: own, known }) => known?.customer !== own || known.version !== (id < 2_000 ? 1 : 2),
      ),
    ).toEqual([]);
  });

  test('a key that has no value goes where the manifest says', async () => {
    await scene.broker.addStream(BUCKET);
    await put(1, 1);
    await scene.broker.fill('SRC', 10, event);
    const worker = start(kv, { onMissing: 'Null' });
    await worker.start();
    await scene.broker.settled('SRC');
    const results = await expectEachOnce(10);
    expect(results.filter(({ known }) => known !== null).map(({ id }) => id)).toEqual([1]);
  });
});

describe('from an HTTP server', () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server;
  let handle: Handler;
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    handle = knows;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const keyOf = ({ url = '' }: IncomingMessage): number => Number(url.slice(url.lastIndexOf('/') + 1));
  const knows: Handler = (request, response) => {
    response.setHeader('Content-Type', 'application/json').end(customer(keyOf(request), 1));
  };
  function startHttp(change: object = {}, http: object = {}): WorkerProcess {
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const lookup = { http: { url: `${host}/customers/\${key}`, timeout: '500ms', ...http } };
    return start(lookup, change, ['--http-host', host, '--http-allow-local']);
  }

  test('asks for each key once and remembers it', async () => {
    await scene.broker.fill('SRC', 2_000, event);
    await startHttp().start();
    await scene.broker.settled('SRC');
    const results = await expectEachOnce(2_000);
    expect(results.filter(({ customer: own, known }) => known?.customer !== own)).toEqual([]);
    expect(asked).toHaveLength(CUSTOMERS);
  });

  test.each<[string, RegExp, Handler]>([
    ['hangs', /^Timeout$/, () => undefined],
    ['breaks connections', /\w/, (request) => request.socket.destroy()],
    ['fails', /^HTTP 500$/, (_request, response) => void response.writeHead(500).end('a stack trace')],
    [
      'wants to be left alone',
      /^HTTP 429$/,
      (_request, response) => void response.writeHead(429, { 'Retry-After': '1' }).end(),
    ],
  ])('a server that %s: messages wait, none is dead-lettered, and all go on', async (_name, code, handler) => {
    handle = handler;
    await scene.broker.fill('SRC', 300, event);
    const worker = startHttp();
    await worker.start();
    const progress = await worker.until('it says so', waitsFor(code));
    expect(progress.counts).toMatchObject({ emitted: 0, deadLettered: 0 });
    handle = knows;
    await scene.broker.settled('SRC');
    await expectEachOnce(300);
    await worker.until('nothing waits', ({ waiting }) => waiting.length === 0);
    expect(worker.log()).not.toContain('stack trace');
  });

  test('a key that the server does not know or does not like is the message’s own matter', async () => {
    handle = (request, response) => {
      const key = keyOf(request);
      if (key === 3) response.writeHead(404).end();
      else if (key === 4) response.writeHead(422).end();
      else if (key === 5) response.end('no JSON');
      else knows(request, response);
    };
    await scene.broker.fill('SRC', CUSTOMERS, event);
    await startHttp().start();
    await scene.broker.settled('SRC');
    await expectEachOnce(CUSTOMERS - 3);
    const letters = await scene.broker.read('DEADLETTERS');
    const reasons = letters.map(({ headers, payload }) => [
      (JSON.parse(payload) as Result).customer,
      [...headers].find(([name]) => /reason/i.test(name))?.[1],
    ]);
    expect(reasons.sort()).toEqual([
      [3, 'LookupMissing'],
      [4, 'LookupFailed'],
      [5, 'LookupFailed'],
    ]);
  });
});
