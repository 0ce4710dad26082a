import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import type { WorkerProcess } from './harness/worker-process.ts';

jest.setTimeout(180_000);

let scene: Scene;
afterEach(async () => {
  await scene.end();
});

async function expectEachOnce(count: number): Promise<void> {
  const ids = idsOf(await scene.broker.read('OUT'));
  expect(ids.size).toBe(count);
  expect([...ids.values()].filter((times) => times !== 1)).toEqual([]);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
}

/** The worker waits for the destination, and keeps waiting: nothing more is taken than it may hold. */
async function untilWaiting(worker: WorkerProcess, destination: string, reason: string): Promise<object> {
  const progress = await worker.until(`it waits for ${destination}`, ({ waiting }) =>
    waiting.some((one) => one.destination === destination && one.reason === reason),
  );
  expect(progress.inFlight).toBeLessThanOrEqual(4000);
  expect(await worker.probe('/livez')).toBe(200);
  return progress.waiting.find((one) => one.destination === destination)!;
}

describe('an outage holds the messages, dead-letters none, and ends by itself', () => {
  test('when no stream binds the subject', async () => {
    scene = await openScene();
    await scene.broker.jsm.streams.delete('OUT');
    await scene.broker.fill('SRC', 8000, event);
    const worker = scene.worker({ manifest: manifest() });
    await worker.start();
    expect(await untilWaiting(worker, 'out', 'SinkUnreachable')).toMatchObject({ code: 'NoResponders' });
    // Held for longer than the ack wait, and yet nothing is delivered again.
    const { counts } = await worker.until(
      'the ack wait is over twice',
      ({ oldestInFlightMs }) => oldestInFlightMs > 9000,
    );
    expect(counts).toMatchObject({ finished: 0, redelivered: 0, lostConfirmations: 0 });
    await scene.broker.addStream({ name: 'OUT', subjects: ['out.>'] });
    await scene.broker.settled('SRC');
    await expectEachOnce(8000);
  });

  test('when the target stream is full', async () => {
    scene = await openScene({ target: { max_msgs: 500, discard: 'new' } });
    await scene.broker.fill('SRC', 8000, event);
    const worker = scene.worker({ manifest: manifest() });
    await worker.start();
    expect(await untilWaiting(worker, 'out', 'SinkRefuses')).toMatchObject({ code: '10077' });
    expect(await scene.broker.messages('OUT')).toBe(500);
    await scene.broker.jsm.streams.update('OUT', { max_msgs: -1 });
    await scene.broker.settled('SRC');
    await expectEachOnce(8000);
  });

  test('when the worker may not publish there, and the subject is told', async () => {
    const users = (allow: string): string => `
      accounts { A { jetstream: enabled, users: [
        { user: admin, password: pw },
        { user: worker, password: pw, permissions: { publish: { allow: ["$JS.>", "$SYS.>", ${allow}] } } } ] } }`;
    scene = await openScene({ config: users('"deadletters.>"'), user: 'admin' });
    await scene.broker.fill('SRC', 3000, event);
    const worker = scene.worker({ manifest: manifest(), user: 'worker' });
    await worker.start();
    const { code } = (await untilWaiting(worker, 'out', 'PermissionDenied')) as { code: string };
    expect(code).toMatch(/publish to out\.o\d/);
    await scene.server.restart(users('"deadletters.>", "out.>"'));
    await scene.broker.settled('SRC');
    await expectEachOnce(3000);
  });

  test('of one sink, while the other goes on', async () => {
    scene = await openScene();
    const sinks = [
      { name: 'down', when: 'event.id % 10.0 == 0.0', jetstream: { subject: 'nowhere.x' } },
      { name: 'out', when: 'event.id % 10.0 != 0.0', jetstream: { subject: 'out.x' } },
    ];
    await scene.broker.fill('SRC', 10_000, event);
    const worker = scene.worker({ manifest: manifest({ sinks }) });
    await worker.start();
    await scene.broker.untilHolds('OUT', 9000);
    await untilWaiting(worker, 'down', 'SinkUnreachable');
    await scene.broker.addStream({ name: 'NOWHERE', subjects: ['nowhere.>'] });
    await scene.broker.settled('SRC');
    expect(await scene.broker.messages('NOWHERE')).toBe(1000);
    await expectEachOnce(9000);
  });
});

test('messages that no stream takes are held for ever, while others on the same sink pass', async () => {
  scene = await openScene({ target: { subjects: ['out.o1', 'out.o2', 'out.o3'] } });
  await scene.broker.fill('SRC', 2000, event);
  const worker = scene.worker({ manifest: manifest() });
  await worker.start();
  await scene.broker.untilHolds('OUT', 600);
  await scene.broker.jsm.streams.update('OUT', { subjects: ['out.>'] });
  await scene.broker.settled('SRC');
  await expectEachOnce(2000);
});

describe('dead letters that can’t be written hold their messages only', () => {
  const steps = [{ name: 'check', filter: { expression: 'event.delay > 0' } }];
  const someBad = (index: number): { subject: string; payload: string } =>
    index % 10 === 0 ? { subject: 'src.bad', payload: 'not JSON' } : event(index);

  test('while their stream is full', async () => {
    scene = await openScene({ deadLetters: { max_msgs: 20, discard: 'new' } });
    await scene.broker.fill('SRC', 2000, someBad);
    const worker = scene.worker({ manifest: manifest({ steps }) });
    await worker.start();
    await scene.broker.untilHolds('OUT', 1800);
    await untilWaiting(worker, 'deadLetter', 'DeadLettersBlocked');
    await scene.broker.jsm.streams.update('DEADLETTERS', { max_msgs: -1 });
    await scene.broker.settled('SRC');
    expect(await scene.broker.messages('DEADLETTERS')).toBe(200);
  });

  test.each([
    ['Disabled', { deadLetter: { enabled: false } }, true],
    ['NotConfigured', {}, false],
  ])('when they are %s', async (code, change, deadLetters) => {
    scene = await openScene();
    await scene.broker.fill('SRC', 1000, someBad);
    const worker = scene.worker({ manifest: manifest({ steps, ...change }), deadLetters });
    await worker.start();
    await scene.broker.untilHolds('OUT', 900);
    await worker.until('it holds those that are due', ({ waiting }) =>
      waiting.some((one) => one.code === code && one.held === 100),
    );
    await untilWaiting(worker, 'deadLetter', 'DeadLettersBlocked');
    worker.kill('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
  });
});
