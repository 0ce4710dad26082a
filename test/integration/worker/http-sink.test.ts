import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { poll } from '../../../hack/src/process/poll.ts';
import { manifest } from './harness/manifest.ts';
import { startReceiver, type Receiver } from './harness/receiver.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import type { WorkerProcess } from './harness/worker-process.ts';

jest.setTimeout(180_000);

let scene: Scene;
let receiver: Receiver;
beforeEach(async () => {
  [scene, receiver] = await Promise.all([openScene(), startReceiver()]);
});
afterEach(async () => {
  await scene.end();
  await receiver.close();
});

const JETSTREAM = { name: 'out', when: 'event.id % 10 != 0', jetstream: { subject: 'out.x' } };

/** A worker whose sink `hook` sends to the receiver, and others besides. */
function start(
  http: object,
  { others = [] as object[], more = {}, args = [] as string[] } = {},
): Promise<WorkerProcess> {
  const hook = { name: 'hook', http: { url: `${receiver.origin}/in`, ...http }, ...more };
  const worker = scene.worker({
    manifest: manifest({ sinks: [hook, ...others] }),
    args: ['--http-host', receiver.origin, '--http-allow-local', ...args],
  });
  return worker.start().then(() => worker);
}

const ids = (): number[] => receiver.confirmed.map((one) => (one as { id: number }).id).toSorted((a, b) => a - b);
const range = (count: number): number[] => Array.from({ length: count }, (_, id) => id);

function untilWaiting(worker: WorkerProcess, reason: string, code: string): Promise<unknown> {
  return worker.until(`it waits: ${reason} ${code}`, ({ waiting }) =>
    waiting.some((one) => one.destination === 'hook' && one.reason === reason && one.code === code),
  );
}

test('a sink that hangs holds its own messages, and those for others go on', async () => {
  receiver.reply = () => 'hang';
  await scene.broker.fill('SRC', 10_000, event);
  const http = { timeout: '30s', concurrency: 4 };
  const worker = await start(http, { others: [JETSTREAM], more: { when: 'event.id % 10 == 0' } });
  await scene.broker.untilHolds('OUT', 9000);
  const { inFlight, counts } = await worker.progress();
  expect([inFlight, counts.finished, receiver.open.most]).toEqual([1000, 9000, 4]);
  receiver.reply = () => ({ status: 200 });
  receiver.release();
  await scene.broker.settled('SRC');
  expect(ids()).toEqual(range(1000).map((index) => index * 10));
  expect(receiver.open.most).toBe(4);
});

test('a server that asks to be left alone is left alone, and nothing is dead-lettered', async () => {
  receiver.reply = () => ({ status: 429, headers: { 'retry-after': '4' } });
  await scene.broker.fill('SRC', 500, event);
  const worker = await start({ concurrency: 2 });
  await untilWaiting(worker, 'SinkRefuses', '429');
  const asked = receiver.received.length;
  receiver.reply = () => ({ status: 200 });
  await worker.until('two seconds passed', ({ waiting }) => waiting.some(({ sinceMs }) => sinceMs > 2_000));
  expect(asked).toBeLessThanOrEqual(2);
  expect(receiver.received).toHaveLength(asked);
  await scene.broker.settled('SRC');
  expect(ids()).toEqual(range(500));
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
});

test('a message that fails while others pass spends its attempts, then lies among the dead letters', async () => {
  receiver.reply = ({ body }) => ({ status: body.includes('"id":77,') ? 500 : 200 });
  await scene.broker.fill('SRC', 300, event);
  await start({}, { more: { retry: { maxAttempts: 3, backoff: { initial: '50ms', max: '100ms' } } } });
  await scene.broker.settled('SRC');
  expect(ids()).toEqual(range(300).filter((id) => id !== 77));
  const letters = await scene.broker.read('DEADLETTERS');
  expect(letters.map(({ headers }) => headers.get('Streamjobs-Reason'))).toEqual(['RetriesExhausted']);
  const tries = receiver.received.filter(({ body }) => body.includes('"id":77,'));
  expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

test('a redirect is not followed but told', async () => {
  receiver.reply = ({ path }) => ({ status: path === '/in' ? 302 : 200, headers: { location: '/elsewhere' } });
  await scene.broker.fill('SRC', 10, event);
  const worker = await start({});
  await untilWaiting(worker, 'SinkRefuses', 'Redirected 302');
  expect(receiver.received.filter(({ path }) => path !== '/in')).toEqual([]);
});

test('nobody there is told with the code, and neither a url nor an event is in any log', async () => {
  await scene.broker.fill('SRC', 10, () => ({ subject: 'src.a', payload: '{"id":1,"origin":"topsecret"}' }));
  const url = 'http://127.0.0.1:1/${event.origin}';
  const worker = await start({ url }, { args: ['--http-host', 'http://127.0.0.1:1', '--log-level', 'debug'] });
  await untilWaiting(worker, 'SinkUnreachable', 'ECONNREFUSED');
  const told = (): Promise<boolean> => Promise.resolve(worker.log().includes('ECONNREFUSED'));
  await poll('it is in the log', told, { timeoutMs: 10_000, everyMs: 50 });
  expect(worker.log()).not.toContain('topsecret');
  expect(worker.log()).not.toContain('127.0.0.1:1/');
});

describe('what the platform does not allow holds messages, and nothing is connected to', () => {
  test.each([
    ['a host that it does not list', ['--http-host', 'other.example'], '127.0.0.1'],
    ['a local address', ['--http-host', 'http://127.0.0.1'], '127.0.0.1'],
  ])('%s', async (_name, args, host) => {
    await scene.broker.fill('SRC', 10, event);
    const { port } = new URL(receiver.origin);
    const given = args.map((one) => (one === 'http://127.0.0.1' ? `${one}:${port}` : one));
    const hook = { name: 'hook', http: { url: `${receiver.origin}/in` } };
    const worker = scene.worker({ manifest: manifest({ sinks: [hook] }), args: given });
    await worker.start();
    await untilWaiting(worker, 'HttpHostNotAllowed', host);
    expect(receiver.received).toEqual([]);
  });
});

describe('the Authorization header', () => {
  let secrets: string;
  beforeEach(() => {
    secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
    mkdirSync(join(secrets, 'hook-token'));
  });
  afterEach(() => {
    rmSync(secrets, { recursive: true });
  });

  test('is sent as soon as there is one, and is never in a log or a dead letter', async () => {
    await scene.broker.fill('SRC', 20, event);
    const worker = await start({ credentialsSecretName: 'hook-token' }, { args: ['--secrets-dir', secrets] });
    await untilWaiting(worker, 'CredentialsMissing', 'hook-token');
    expect(receiver.received).toEqual([]);
    writeFileSync(join(secrets, 'hook-token', 'token'), 'topsecret\n');
    await scene.broker.settled('SRC');
    expect(new Set(receiver.received.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer topsecret']),
    );
    expect(worker.log()).not.toContain('topsecret');
  });
});

test('a slow server is asked no more than `concurrency` at once, and ends up with everything', async () => {
  receiver.reply = () => 'hang';
  await scene.broker.fill('SRC', 200, event);
  const worker = await start({ concurrency: 8 });
  await poll('eight wait', () => Promise.resolve(receiver.open.now === 8), { timeoutMs: 30_000, everyMs: 20 });
  const answering = setInterval(() => {
    receiver.reply = () => ({ status: 200 });
    receiver.release();
    receiver.reply = () => 'hang';
  }, 20);
  await scene.broker.settled('SRC');
  clearInterval(answering);
  expect(receiver.open.most).toBe(8);
  expect(ids()).toEqual(range(200));
  expect((await worker.progress()).counts).toMatchObject({ retried: 0, deadLettered: 0 });
});
