import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers as createHeaders } from '@nats-io/transport-node';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { runDeadLetters, startDeadLetters } from './harness/dead-letters.ts';
import { OWN_CONSUMER } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';
import { superviseUntil } from './harness/supervise.ts';

jest.setTimeout(180_000);

let scene: Scene;
afterEach(async () => {
  await scene.end();
});

const ESCAPES = '\x1b[2J\x1b]0;owned\x07';

/** Writes dead letters as a worker would, a thousand at a time. */
async function write(count: number, change: Record<string, string> = {}): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const headers = createHeaders();
    const all = {
      'Streamjobs-Reason': index % 3 === 0 ? 'Invalid' : 'Undecodable',
      'Streamjobs-Step': 'late',
      'Streamjobs-Error': 'not as it should be',
      'Streamjobs-Job': 'test/test',
      'Streamjobs-Job-Uid': 'uid',
      'Streamjobs-Revision': 'r',
      'Streamjobs-Source-Stream': 'SRC',
      'Streamjobs-Source-Created': '2026-11-23T00:00:00Z',
      'Streamjobs-Source-Subject': 'src.a',
      'Streamjobs-Source-Sequence': String(index + 1),
      'Streamjobs-Source-Timestamp': '1763867960000000000',
      'Streamjobs-Deliveries': '1',
      'Streamjobs-Payload': 'Value',
      ...change,
    };
    for (const [name, value] of Object.entries(all)) headers.append(name, value);
    scene.broker.nc.publish(`deadletters.test.test.late.id${index}`, JSON.stringify({ id: index, origin: 'o' }), {
      headers,
    });
    if (index % 1000 === 999) await scene.broker.nc.flush();
  }
  await scene.broker.untilHolds('DEADLETTERS', count);
}

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});
/** A folder as the kubelet would mount it. */
function loginOf(user: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-login-'));
  writeFileSync(join(dir, 'username'), user);
  writeFileSync(join(dir, 'password'), 'pw');
  dirs.push(dir);
  return dir;
}

test('lists, shows and deletes, and does nothing to the terminal whatever is in them', async () => {
  scene = await openScene();
  const { url } = scene.server;
  await write(6, {
    'Streamjobs-Error': `bad${ESCAPES}`,
    'Streamjobs-Original-tenant': `acme${ESCAPES}`,
    'Streamjobs-Source-Subject': 'src.\u202e',
  });
  const list = await runDeadLetters(url, ['list', '-o', 'wide', '--limit', '4']);
  expect([list.code, list.err]).toEqual([0, '4 of 6 are shown; --limit shows more\n']);
  expect(list.out).toMatch(
    /^TIME +ID +JOB +STEP OR SINK +REASON +SOURCE +DELIVERIES +SIZE +REVISION +SUBJECT +ERROR\n/,
  );
  expect(list.out).toMatch(/\nREASON +COUNT\nUndecodable +4\nInvalid +2\nall +6\n$/);
  const shown = await runDeadLetters(url, ['show', 'id3', 'nowhere']);
  expect([shown.code, shown.err]).toEqual([
    1,
    'Payloads may hold personal data; --headers-only leaves them out.\nnot found: nowhere\n',
  ]);
  expect(shown.out).toContain('{"id":3,"origin":"o"}');
  const headersOnly = await runDeadLetters(url, ['show', 'id3', '--headers-only']);
  expect(headersOnly.out).toContain('tenant: acme');
  for (const { out, err } of [list, shown, headersOnly])
    expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  for (const { out } of [list, headersOnly]) expect(out).not.toContain('"origin"');
  const asJson = JSON.parse((await runDeadLetters(url, ['list', '-o', 'json', '--reason', 'Invalid'])).out) as object;
  expect(asJson).toMatchObject({ deadLetters: [{ id: 'id0', error: `bad${ESCAPES}` }, { id: 'id3' }], total: 2 });

  const counted = await runDeadLetters(url, ['delete', '--reason', 'Invalid']);
  expect([counted.code, await scene.broker.messages('DEADLETTERS')]).toEqual([2, 6]);
  const deleted = await runDeadLetters(url, ['delete', '--reason', 'Invalid', '--yes']);
  expect([deleted.code, deleted.out, await scene.broker.messages('DEADLETTERS')]).toEqual([0, '2 deleted\n', 4]);
  const erased = await runDeadLetters(url, ['delete', '--all', '--yes', '--erase', '-o', 'json']);
  expect([erased.code, JSON.parse(erased.out)]).toEqual([0, { deleted: 4, absent: 0 }]);
  expect((await runDeadLetters(url, ['list'])).out).toBe('No dead letters.\n');
});

test('50,000 are listed by headers alone', async () => {
  scene = await openScene();
  await write(50_000);
  const startedMs = performance.now();
  const { code, out } = await runDeadLetters(scene.server.url, ['list', '--namespace', 'test', '--limit', '3']);
  const seconds = (performance.now() - startedMs) / 1000;
  expect([code, out.endsWith('all          50,000\n')]).toEqual([0, true]);
  process.stderr.write(`listed 50,000 dead letters in ${seconds.toFixed(1)} s, the start of the process included\n`);
  expect(seconds).toBeLessThan(60);
});

test('a team may be permitted its own dead letters alone, and a missing permission is named before anything is emitted', async () => {
  const user = (publish: readonly string[]): object => ({ publish, subscribe: ['_INBOX.>'] });
  const own = [
    '$JS.API.STREAM.INFO.DEADLETTERS',
    '$JS.API.CONSUMER.CREATE.DEADLETTERS.*.deadletters.test.>',
    '$JS.API.CONSUMER.MSG.NEXT.DEADLETTERS.*',
  ];
  const remove = '$JS.API.STREAM.MSG.DELETE.DEADLETTERS';
  const users = {
    admin: {},
    reader: user([...own, 'out.>']),
    replayer: user([...own, remove, 'out.>', 'deadletters.test.>']),
  };
  const config = `accounts { A { jetstream: enabled, users: [${Object.entries(users)
    .map(([name, permissions]) => `{ user: ${name}, password: pw, permissions: ${JSON.stringify(permissions)} }`)
    .join(',')}] } }`;
  scene = await openScene({ config, user: 'admin' });
  await write(3);
  const [reader, replayer] = ['reader', 'replayer'].map(loginOf) as [string, string];
  const run = (dir: string, ...args: string[]): ReturnType<typeof runDeadLetters> =>
    runDeadLetters(scene.server.url, [...args, '--nats-credentials-dir', dir]);
  expect((await run(reader, 'list', '--namespace', 'test')).code).toBe(0);
  const all = await run(reader, 'list');
  expect([all.code, all.err]).toEqual([1, expect.stringContaining('$JS.API.CONSUMER.CREATE.DEADLETTERS')]);
  const replay = (dir: string): ReturnType<typeof runDeadLetters> =>
    runDeadLetters(scene.server.url, ['replay', '--nats-credentials-dir', dir], manifest());
  const refused = await replay(reader);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(remove)]);
  expect(await scene.broker.messages('OUT')).toBe(0);
  expect((await replay(replayer)).code).toBe(0);
  expect([await scene.broker.messages('OUT'), await scene.broker.messages('DEADLETTERS')]).toEqual([3, 0]);
});

test('a message that killed workers is run alone, after all others, and named before', async () => {
  scene = await openScene();
  const poison = JSON.stringify({ poison: true, id: 7, origin: 'o' });
  await scene.broker.fill('SRC', 20, (index) => (index === 7 ? { subject: 'src.a', payload: poison } : event(index)));
  const preload = join(import.meta.dirname, 'harness/die-of-poison.ts');
  const job = manifest({ source: { ackWait: '1s' }, sinks: [{ name: 'tiny', jetstream: { subject: 'tiny.x' } }] });
  await scene.broker.addStream({ name: 'TINY', subjects: ['tiny.>'], max_msg_size: 10 });
  const worker = scene.worker({ manifest: job, preload });
  const settled = async (): Promise<boolean> => {
    const consumer = await scene.broker.jsm.consumers.info('SRC', OWN_CONSUMER);
    return consumer.num_pending + consumer.num_ack_pending === 0;
  };
  await superviseUntil(worker, 'everything is settled', settled, 150_000);
  const mended = manifest({ sinks: [{ name: 'tiny', jetstream: { subject: 'out.x' } }] });
  const replay = startDeadLetters(scene.server.url, ['replay'], mended);
  const { code, err } = await replay.ended;
  expect([code, err]).toEqual([0, expect.stringMatching(/^running [\w-]{22} alone: it killed workers/)]);
  const out = await scene.broker.read('OUT');
  expect([out.length, out.at(-1)?.payload]).toEqual([20, poison]);
  expect(await scene.broker.messages('DEADLETTERS')).toBe(0);
});
