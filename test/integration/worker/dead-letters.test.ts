import { afterEach, expect, jest, test } from '@jest/globals';
import { idsOf, type Message } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';

jest.setTimeout(180_000);

let scene: Scene;
afterEach(async () => {
  await scene.end();
});

const deep = '['.repeat(100_000);
const big = JSON.stringify({ id: 1, origin: 'o1', pad: 'x'.repeat(900_000) });
const HOSTILE: readonly (readonly [name: string, payload: string | Uint8Array, fate: string])[] = [
  ['nothing', '', 'Undecodable'],
  ['not JSON', '{"id": ', 'Undecodable'],
  ['deep nesting', deep, 'Undecodable'],
  ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'Undecodable'],
  ['no origin', '{"id":2}', 'ExpressionFailed'],
  ['a string', '"text"', 'ExpressionFailed'],
  ['__proto__', '{"id":10,"origin":"o1","__proto__":{"polluted":true}}', 'emitted'],
  ['wildcards', '{"id":11,"origin":">"}', 'emitted'],
  ['a star', '{"id":12,"origin":"*"}', 'emitted'],
  ['dots and spaces', '{"id":13,"origin":"a.b c"}', 'emitted'],
  ['empty', '{"id":14,"origin":""}', 'emitted'],
  ['control characters', '{"id":15,"origin":"a\\r\\nPUB x 1\\u0000"}', 'emitted'],
  ['big numbers', '{"id":16,"origin":"o1","n":9007199254740993}', 'emitted'],
  ['10 kB of subject', JSON.stringify({ id: 17, origin: 'x'.repeat(10_000) }), 'failed'],
  ['1 MB', big, 'emitted'],
];

test('hostile payloads harm nothing: each ends as a result or as a dead letter, byte by byte', async () => {
  scene = await openScene();
  const messages: Message[] = HOSTILE.map(([, payload]) => ({ subject: 'src.hostile', payload }));
  await scene.broker.fill('SRC', messages.length, (index) => messages[index]!);
  await scene.broker.fill('SRC', 100, (index) => event(1000 + index));
  const worker = scene.worker({ manifest: manifest({ source: { ackWait: '10s' } }) });
  await worker.start();
  await scene.broker.settled('SRC');
  const out = await scene.broker.read('OUT');
  const letters = await scene.broker.read('DEADLETTERS');
  expect(out.length + letters.length).toBe(HOSTILE.length + 100);
  expect(out.length).toBe(HOSTILE.filter(([, , fate]) => fate === 'emitted').length + 100);
  for (const { subject } of out) expect(subject).toMatch(/^out\.[^.*>\s]+$/);
  expect(out.find(({ payload }) => payload.includes('"id":16'))?.payload).toContain('9007199254740993');
  for (const [name, payload, fate] of HOSTILE) {
    const bytes = Buffer.from(payload);
    const letter = letters.find((one) => bytes.equals(one.bytes));
    if (fate === 'emitted') expect([name, letter]).toEqual([name, undefined]);
    else if (fate !== 'failed') expect([name, letter?.headers.get('Streamjobs-Reason')]).toEqual([name, fate]);
    else expect([name, letter === undefined]).toEqual([name, false]);
  }
  expect(worker.log()).not.toContain('text');
});

test('a dead letter is written once, although the worker is killed and runs again beyond the duplicate window', async () => {
  scene = await openScene({ deadLetters: { duplicate_window: 100_000_000 } });
  await scene.broker.fill('SRC', 2000, (index) => ({ subject: 'src.bad', payload: `bad ${index}` }));
  const worker = scene.worker({ manifest: manifest({ source: { ackWait: '1s' } }) });
  for (let kills = 0; kills < 3; kills += 1) {
    await worker.start();
    await worker.until('it is in the middle', ({ counts }) => counts.deadLettered > 50);
    worker.kill('SIGKILL');
    await worker.ended();
  }
  await worker.start();
  await scene.broker.settled('SRC');
  const letters = await scene.broker.read('DEADLETTERS');
  expect(letters).toHaveLength(2000);
  expect(new Set(letters.map(({ payload }) => payload)).size).toBe(2000);
  expect(letters[0]?.headers.get('Streamjobs-Reason')).toBe('Undecodable');
});

test('a result that the target stream never takes is a dead letter of that sink; the other sinks have theirs', async () => {
  scene = await openScene();
  await scene.broker.addStream({ name: 'SMALL', subjects: ['small.>'], max_msg_size: 200 });
  const sinks = [
    { name: 'all', jetstream: { subject: 'out.x' } },
    { name: 'small', jetstream: { subject: 'small.x' } },
  ];
  const sized = (index: number): Message => ({
    subject: 'src.a',
    payload: JSON.stringify({ id: index, pad: 'x'.repeat(index % 4 === 0 ? 500 : 5) }),
  });
  await scene.broker.fill('SRC', 400, sized);
  const worker = scene.worker({ manifest: manifest({ sinks }) });
  await worker.start();
  await scene.broker.settled('SRC');
  const letters = await scene.broker.read('DEADLETTERS');
  expect(letters).toHaveLength(100);
  expect(new Set(letters.map(({ headers }) => headers.get('Streamjobs-Step')))).toEqual(new Set(['small']));
  expect(new Set(letters.map(({ headers }) => headers.get('Streamjobs-Reason')))).toEqual(new Set(['SinkRefused']));
  expect(await scene.broker.messages('OUT')).toBe(400);
  expect(await scene.broker.messages('SMALL')).toBe(300);
});

test('a payload that is as large as the server takes is a dead letter by reference', async () => {
  scene = await openScene({ config: 'max_payload: 65536' });
  const payload = 'x'.repeat(65_500);
  await scene.broker.fill('SRC', 1, () => ({ subject: 'src.a', payload }));
  const worker = scene.worker({ manifest: manifest() });
  await worker.start();
  await scene.broker.settled('SRC');
  const [letter] = await scene.broker.read('DEADLETTERS');
  expect(letter?.payload).toBe('');
  expect(letter?.headers.get('Streamjobs-Payload')).toBe('Reference');
  expect(letter?.headers.get('Streamjobs-Source-Sequence')).toBe('1');
});

test('two jobs that write to one stream take nothing from each other', async () => {
  scene = await openScene();
  await scene.broker.fill('SRC', 3000, event);
  const [one, other] = ['one', 'other'].map((name) => scene.worker({ manifest: manifest({ name }) }));
  await Promise.all([one!.start(), other!.start()]);
  const done = ({ counts }: { counts: { finished: number } }): boolean => counts.finished === 3000;
  const [first] = await Promise.all([one!.until('one is done', done), other!.until('the other is done', done)]);
  expect(first.counts.duplicates).toBe(0);
  const ids = idsOf(await scene.broker.read('OUT'));
  expect([ids.size, [...ids.values()].every((times) => times === 2)]).toEqual([3000, true]);
});
