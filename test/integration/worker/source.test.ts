import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import { OWN_CONSUMER } from './harness/broker.ts';

jest.setTimeout(180_000);

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await scene.end();
});

test('a source stream that is made anew stops the job until somebody accepts it', async () => {
  await scene.broker.fill('SRC', 100, event);
  const worker = scene.worker({ manifest: manifest() });
  await worker.start();
  await worker.until('all finished', ({ counts }) => counts.finished === 100);
  await scene.broker.jsm.streams.delete('SRC');
  await worker.until('it misses the stream', ({ waiting }) =>
    waiting.some(({ reason }) => reason === 'StreamNotFound'),
  );
  await scene.broker.addStream({ name: 'SRC', subjects: ['src.>'] });
  const { stopped } = await worker.until('it stops', (progress) => progress.stopped !== null);
  expect(stopped).toMatchObject({ reason: 'SourceRegressed', message: expect.stringContaining('created again') });
  expect(await worker.probe('/readyz')).toBe(503);
  expect(await worker.probe('/livez')).toBe(200);

  worker.kill('SIGKILL');
  await worker.ended();
  await worker.start();
  await worker.until('it remembers', (progress) => progress.stopped !== null);
  worker.kill('SIGTERM');
  expect((await worker.ended()).code).toBe(0);

  await scene.broker.fill('SRC', 50, event);
  const { created } = await scene.broker.jsm.streams.info('SRC');
  await worker.start(['--accept-source-created', created]);
  await worker.until('it reads the new stream', ({ counts }) => counts.finished === 50);
});

test('a consumer that is deleted is missed, and its return is noticed', async () => {
  await scene.broker.fill('SRC', 100, event);
  const worker = scene.worker({ manifest: manifest() });
  await worker.start();
  await worker.until('all finished', ({ counts }) => counts.finished === 100);
  const { config } = await scene.broker.jsm.consumers.info('SRC', OWN_CONSUMER);
  await scene.broker.jsm.consumers.delete('SRC', OWN_CONSUMER);
  await worker.until('it misses it', ({ waiting }) => waiting.some(({ reason }) => reason === 'ConsumerMissing'));
  expect(await worker.probe('/livez')).toBe(200);
  await scene.broker.jsm.consumers.add('SRC', config);
  await worker.until('it reads again', ({ counts, pulling }) => pulling && counts.finished >= 200);
  expect(await scene.broker.messages('OUT')).toBe(100);
});

test.each([
  ['no arguments', [], 2, /--job/],
  ['a manifest that is not there', ['--job', '/nowhere.yaml', '--nats', 'nats://127.0.0.1:1'], 2, /nowhere/],
])('%s ends with a code and the cure', async (_name, args, code, message) => {
  const worker = scene.worker({ manifest: manifest(), only: args });
  await worker.start();
  expect(await worker.ended()).toEqual({ code, signal: null });
  expect(worker.log()).toMatch(message);
});

test('an error that nobody foresaw ends the worker with a last line that quotes no payload', async () => {
  await scene.broker.fill('SRC', 1, () => ({ subject: 'src.a', payload: '{"origin":"top secret"}' }));
  const preload = join(import.meta.dirname, 'harness/break-on-parse.ts');
  const worker = scene.worker({ manifest: manifest(), preload });
  await worker.start();
  expect(await worker.ended()).toEqual({ code: 1, signal: null });
  expect(worker.log()).toMatch(/"msg":"the worker broke"/);
  expect(worker.log()).not.toContain('secret');
});

test('--help tells the options', async () => {
  const worker = scene.worker({ manifest: manifest(), only: ['--help'] });
  await worker.start();
  expect(await worker.ended()).toEqual({ code: 0, signal: null });
  expect(worker.log()).toMatch(/--dead-letter-stream/);
});
