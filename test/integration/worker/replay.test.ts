import { headers as createHeaders } from '@nats-io/transport-node';
import { afterEach, expect, jest, test } from '@jest/globals';
import { poll } from '../../../hack/src/process/poll.ts';
import { idsOf, type Read } from './harness/broker.ts';
import { parseReplay, runDeadLetters, startDeadLetters } from './harness/dead-letters.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';

jest.setTimeout(180_000);

let scene: Scene;
afterEach(async () => {
  await scene.end();
});

const json = (value: object): string => JSON.stringify(value);
const emitTo = (name: string, subject: string, more: object = {}): object => ({
  name,
  jetstream: { subject, ...more },
});

/** Each message fails for another reason in the broken job. */
const MESSAGES = {
  broken: '{"id":',
  huge: 'x'.repeat(65_000),
  invalid: json({ id: 2 }),
  late: json({ id: 3, origin: 'o' }),
  refused: json({ id: 4, origin: 'o', delay: 5, pad: 'x'.repeat(500) }),
  large: json({ id: 5, origin: 'o', delay: 5, twice: true, pad: 'x'.repeat(40_000) }),
  sound: json({ id: 6, origin: 'o', delay: 5 }),
} as const;

const validate = (schema: object): object => ({ name: 'well-formed', validate: { schema } });
const filter = (expression: string): object => ({ name: 'late', filter: { expression } });
const BROKEN = manifest({
  steps: [
    validate({ type: 'object', required: ['origin'] }),
    filter('event.delay > 1'),
    { name: 'shape', map: { set: { copy: "has(event.twice) ? event.pad : ''" } } },
  ],
  sinks: [emitTo('all', 'out.all'), emitTo('small', 'small.x')],
});
const FIXED = manifest({
  steps: [validate({ type: 'object' }), filter('!has(event.delay) || event.delay > 1')],
  sinks: [emitTo('all', 'out.all'), emitTo('small', 'out.small')],
});
const BYTES = withFormat(manifest({ sinks: [emitTo('all', 'out.all')] }), 'Bytes');

function withFormat(job: object, format: string): object {
  const { spec, ...rest } = job as { spec: { source: object } };
  return { ...rest, spec: { ...spec, source: { ...spec.source, format } } };
}

async function publish(payload: string, headers: readonly (readonly [string, string])[] = []): Promise<void> {
  const all = createHeaders();
  for (const [name, value] of headers) all.append(name, value);
  await scene.broker.nc.request('src.a', payload, { headers: all, timeout: 5_000 });
}

async function runWorker(job: object, args: readonly string[] = []): Promise<void> {
  const worker = scene.worker({ manifest: job, args });
  await worker.start();
  await scene.broker.settled('SRC');
  worker.kill('SIGTERM');
  await worker.ended();
}

const bySubject = (messages: readonly Read[], subject: string): Read[] =>
  messages.filter((one) => one.subject === subject);
const replay = (job: object, ...args: string[]): ReturnType<typeof runDeadLetters> =>
  runDeadLetters(scene.server.url, ['replay', '-o', 'json', ...args], job);
const firstId = ({ headers }: Read): string => headers.get('Nats-Msg-Id') ?? '';

test('dead letters of every reason: what the mended job takes goes where it failed, and what fails again stays', async () => {
  scene = await openScene({ config: 'max_payload: 65536' });
  await scene.broker.addStream({ name: 'SMALL', subjects: ['small.>'], max_msg_size: 300 });
  for (const payload of Object.values(MESSAGES)) {
    await publish(payload, [
      ['Tenant', 'one'],
      ['Tenant', 'two'],
    ]);
  }
  await runWorker(BROKEN);
  const letters = await scene.broker.read('DEADLETTERS');
  expect(letters.map(({ headers }) => headers.get('Streamjobs-Reason')).sort()).toEqual([
    ...['ExpressionFailed', 'Invalid', 'SinkRefused', 'TooLarge', 'TooLarge', 'Undecodable', 'Undecodable'],
  ]);
  const before = await scene.broker.read('OUT');

  const dry = await replay(FIXED, '--dry-run');
  expect(dry.err).toBe('');
  const foreseen = [...parseReplay(dry.out).fates.values()].map(({ kind, sinks }) => [kind, sinks]);
  expect(foreseen.filter(([kind]) => kind === 'failed')).toHaveLength(2);
  expect(foreseen).toContainEqual(['replayed', ['small']]);
  expect(foreseen).toContainEqual(['replayed', ['all']]);
  expect(foreseen).toContainEqual(['replayed', ['all', 'small']]);
  expect([dry.code, await scene.broker.messages('DEADLETTERS'), await scene.broker.messages('OUT')]).toEqual([
    1,
    7,
    before.length,
  ]);

  const real = await replay(FIXED);
  expect([real.err, real.code]).toEqual(['', 1]);
  expect(parseReplay(real.out).report).toMatchObject({ replayed: 5, failed: { Undecodable: 2 }, skipped: {} });
  const out = await scene.broker.read('OUT');
  expect(out).toHaveLength(before.length + 7);
  const replayed = [MESSAGES.invalid, MESSAGES.late, MESSAGES.large];
  const payloads = bySubject(out, 'out.all').map(({ payload }) => payload);
  expect(payloads.filter((payload) => !payload.includes('copy')).sort()).toEqual([...replayed].sort());
  const [refusedAll] = bySubject(out, 'out.all').filter(({ payload }) => payload.includes('"id":4'));
  const [refusedSmall] = bySubject(out, 'out.small').filter(({ payload }) => payload === MESSAGES.refused);
  expect(firstId(refusedSmall!).slice(0, 22)).toBe(firstId(refusedAll!).slice(0, 22));
  expect(refusedSmall!.headers.get('Tenant')).toBe('one');
  expect(await scene.broker.messages('DEADLETTERS')).toBe(2);

  const rest = await replay(BYTES);
  expect([rest.err, rest.code]).toEqual(['', 0]);
  const all = bySubject(await scene.broker.read('OUT'), 'out.all').map(({ payload }) => payload);
  expect(all).toEqual(expect.arrayContaining([MESSAGES.broken, MESSAGES.huge]));
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
  expect(await scene.broker.messages('SRC')).toBe(7);
});

test('a replay that is killed and two that run at once lose nothing and store nothing twice', async () => {
  scene = await openScene();
  await scene.broker.fill('SRC', 6000, event);
  await runWorker(manifest({ steps: [validate({ type: 'string' })] }));
  await scene.broker.untilHolds('DEADLETTERS', 6000);
  const job = manifest();
  for (const least of [500, 1500]) {
    const killed = startDeadLetters(scene.server.url, ['replay', '--rate', '3000'], job);
    await poll('it is in the middle', async () => (await scene.broker.messages('OUT')) > least, {
      timeoutMs: 60_000,
      everyMs: 10,
    });
    killed.kill('SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
  }
  expect(await scene.broker.messages('DEADLETTERS')).toBeGreaterThan(0);
  const both = await Promise.all([replay(job, '--rate', '3000'), replay(job, '--rate', '3000')]);
  for (const { code, err } of both) expect([code, err.replace(/^.* done, .*\n/gm, '')]).toEqual([0, '']);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
  const ids = idsOf(await scene.broker.read('OUT'));
  expect([ids.size, [...ids.values()].filter((times) => times !== 1)]).toEqual([6000, []]);
});

test('a sink that takes nothing is waited for, and an interrupted replay goes on the next time', async () => {
  scene = await openScene();
  await scene.broker.fill('SRC', 300, event);
  await runWorker(manifest({ steps: [validate({ type: 'string' })] }));
  const job = manifest({ sinks: [emitTo('later', 'later.x')] });
  const interrupted = startDeadLetters(scene.server.url, ['replay'], job);
  await poll('it waits', () => Promise.resolve(interrupted.err().includes('later takes nothing: SinkUnreachable')), {
    timeoutMs: 60_000,
    everyMs: 50,
  });
  interrupted.kill('SIGINT');
  const { code, err } = await interrupted.ended;
  expect([code, err.endsWith('interrupted; run it again to go on\n')]).toEqual([1, true]);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(300);
  const waiting = startDeadLetters(scene.server.url, ['replay'], job);
  await poll('it waits', () => Promise.resolve(waiting.err().includes('takes nothing')), {
    timeoutMs: 60_000,
    everyMs: 50,
  });
  await scene.broker.addStream({ name: 'LATER', subjects: ['later.>'] });
  expect((await waiting.ended).code).toBe(0);
  expect([await scene.broker.messages('LATER'), await scene.broker.messages('DEADLETTERS')]).toEqual([300, 0]);
});

test('of a message that failed before the sinks, a sink that refuses it now gets a dead letter of its own', async () => {
  scene = await openScene();
  await scene.broker.addStream({ name: 'SMALL', subjects: ['small.>'], max_msg_size: 300 });
  await publish(MESSAGES.refused);
  await runWorker(manifest({ steps: [validate({ type: 'string' })] }));
  const sinks = [emitTo('all', 'out.all'), emitTo('small', 'small.x')];
  const first = await replay(manifest({ sinks }));
  expect([first.code, parseReplay(first.out).report]).toMatchObject([1, { failed: { SinkRefused: 1 }, moved: 1 }]);
  const [letter, ...others] = await scene.broker.read('DEADLETTERS');
  expect([letter?.headers.get('Streamjobs-Sink'), letter?.payload, others]).toEqual(['small', MESSAGES.refused, []]);
  const again = await replay(manifest({ sinks }));
  expect([again.code, parseReplay(again.out).report]).toMatchObject([1, { failed: { SinkRefused: 1 }, moved: 0 }]);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(1);
  const mended = await replay(manifest({ sinks: [emitTo('all', 'out.all'), emitTo('small', 'out.small')] }));
  expect(mended.code).toBe(0);
  const out = await scene.broker.read('OUT');
  expect(out.map(({ subject }) => subject)).toEqual(['out.all', 'out.small']);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
});

test('what the job wants nothing of any more stays unless it is told to go, and what can’t be run stays', async () => {
  scene = await openScene({ config: 'max_payload: 65536' });
  for (const payload of [MESSAGES.sound, MESSAGES.huge]) await publish(payload);
  await scene.broker.addStream({ name: 'TINY', subjects: ['tiny.>'], max_msg_size: 10 });
  await runWorker(manifest({ sinks: [emitTo('tiny', 'tiny.x')] }));
  const gone = await replay(manifest({ sinks: [emitTo('other', 'out.x')] }), '--reason', 'SinkRefused');
  expect([gone.code, parseReplay(gone.out).report]).toMatchObject([1, { replayed: 0, skipped: { SinkGone: 1 } }]);
  const picky = manifest({ steps: [filter('false')], sinks: [emitTo('tiny', 'out.x')] });
  const kept = await replay(picky, '--reason', 'SinkRefused');
  expect([kept.code, parseReplay(kept.out).report]).toMatchObject([
    0,
    { unwanted: { filtered: 1 }, unwantedRemoved: 0 },
  ]);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(2);
  const removed = await replay(picky, '--reason', 'SinkRefused', '--remove-filtered');
  expect([removed.code, parseReplay(removed.out).report]).toMatchObject([0, { unwantedRemoved: 1 }]);
  await scene.broker.jsm.streams.purge('SRC');
  const lost = await replay(BYTES);
  expect(lost.err).toBe('');
  expect([lost.code, parseReplay(lost.out).report]).toMatchObject([1, { skipped: { SourceGone: 1 } }]);
  expect([await scene.broker.messages('OUT'), await scene.broker.messages('DEADLETTERS')]).toEqual([0, 1]);
});
