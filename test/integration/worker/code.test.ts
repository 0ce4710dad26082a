import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { idsOf } from './harness/broker.ts';
import { manifest } from './harness/manifest.ts';
import { event, openScene, type Scene } from './harness/scene.ts';

jest.setTimeout(180_000);

let scene: Scene;
afterEach(async () => {
  await scene.end();
});

const code = (source: string, more: object = {}): object => ({ name: 'score', code: { source, ...more } });
const reasons = async (): Promise<(string | undefined)[]> =>
  (await scene.broker.read('DEADLETTERS')).map(({ headers }) => headers.get('Streamjobs-Reason'));
const payloads = async (): Promise<unknown[]> =>
  (await scene.broker.read('OUT')).map(({ payload }) => JSON.parse(payload) as unknown);

/** Runs so many events through a job with this step, until nothing is left. */
async function runAll(step: object, count: number, make = event, sinks?: object[]): Promise<void> {
  scene = await openScene();
  await scene.broker.fill('SRC', count, make);
  const worker = scene.worker({ manifest: manifest({ steps: [step], ...(sinks && { sinks }) }) });
  await worker.start();
  await worker.until('it pulls', ({ pulling }) => pulling);
  await scene.broker.settled('SRC');
}

describe('a code step', () => {
  test('changes, filters and fails events, each by itself', async () => {
    const source = `export default (event, message) => {
      if (event.id % 10 === 1) return null;
      if (event.id % 10 === 2) return event.none.x;
      return { ...event, score: event.id * 2, from: message.subject };
    };`;
    await runAll(code(source), 3000);
    const all = (await payloads()) as { id: number; score: number; from: string }[];
    expect(all).toHaveLength(2400);
    expect(all.every(({ id, score, from }) => score === id * 2 && from === `src.${id % 7}`)).toBe(true);
    const letters = await scene.broker.read('DEADLETTERS');
    expect(letters).toHaveLength(300);
    expect(letters[0]?.headers.get('Streamjobs-Error')).toBe(
      "line 3, column 50: TypeError: Cannot read properties of undefined (reading 'x'), at: " +
        'if (event.id % 10 === 2) return event.none.x;',
    );
  });

  test('that is asynchronous keeps the order of each subject', async () => {
    const source = `export default async (event) => {
      if (event.id % 3 !== 0) await new Promise((done) => setTimeout(done, (event.id * 7) % 13));
      return event;
    };`;
    await runAll(code(source), 2000, event, [{ name: 'out', jetstream: { subject: 'out.${message.subject}' } }]);
    const all = (await payloads()) as { id: number }[];
    expect(all).toHaveLength(2000);
    for (let subject = 0; subject < 7; subject += 1) {
      const ids = all.map(({ id }) => id).filter((id) => id % 7 === subject);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    }
  });

  test('makes several events of one, with ids that stay the same', async () => {
    await runAll(code('export default (e) => [e, { ...e, id: e.id + 5000 }, { ...e, id: e.id + 10_000 }]'), 1000);
    const ids = idsOf(await scene.broker.read('OUT'));
    expect([ids.size, await scene.broker.messages('OUT')]).toEqual([3000, 3000]);
  });

  test.each([
    ['never returns', 'for (;;);', 'CodeTimedOut', '300ms'],
    ['fills the memory', 'const a = []; for (;;) a.push(new Array(1000).fill(1));', 'CodeOutOfMemory', '20s'],
  ])('that %s for some events loses nothing, and fails for these only', async (_name, bad, reason, timeout) => {
    const source = `export default (event) => { if (event.id % 1000 === 500) { ${bad} } return event; }`;
    await runAll(code(source, { timeout, memory: '32Mi' }), 2000);
    expect(await reasons()).toEqual([reason, reason]);
    const ids = idsOf(await scene.broker.read('OUT'));
    expect([ids.size, [...ids.values()].every((times) => times === 1)]).toEqual([1998, true]);
    expect([ids.has(500), ids.has(1500)]).toEqual([false, false]);
  });

  test('that says Drop drops what fails', async () => {
    await runAll(
      code('export default (e) => { if (e.id % 2) throw new Error(); return e; }', { onError: 'Drop' }),
      500,
    );
    expect([await scene.broker.messages('OUT'), await scene.broker.messages('DEADLETTERS')]).toEqual([250, 0]);
  });
});

describe('a drain', () => {
  test('waits for calls that are under way, and what it acked is stored', async () => {
    scene = await openScene();
    await scene.broker.fill('SRC', 500, event);
    const slow = code('export default async (e) => { await new Promise((done) => setTimeout(done, 300)); return e; }');
    const worker = scene.worker({ manifest: manifest({ steps: [slow] }) });
    await worker.start();
    await worker.until('it began', ({ inFlight }) => inFlight > 0);
    worker.kill('SIGTERM');
    expect(await worker.ended()).toEqual({ code: 0, signal: null });
    await worker.start();
    await worker.until('it pulls again', ({ pulling }) => pulling);
    await scene.broker.settled('SRC');
    const ids = idsOf(await scene.broker.read('OUT'));
    expect([ids.size, await scene.broker.messages('DEADLETTERS')]).toEqual([500, 0]);
  });
});

describe('a module that can’t be run ends the worker with a clear last line', () => {
  const endsWith = async (step: object, args: readonly string[], expected: RegExp): Promise<void> => {
    scene = await openScene();
    const worker = scene.worker({ manifest: manifest({ steps: [step] }), args });
    await worker.start();
    expect(await worker.ended()).toEqual({ code: 2, signal: null });
    expect(worker.log()).toMatch(expected);
  };

  test('because of its syntax', async () => {
    await endsWith(
      code('export default (event) => {\n  return event..x;\n}'),
      [],
      /steps\[0\]\.code\.source, line 2, column 16: unexpected token/,
    );
  });

  test('because it throws when it is loaded', async () => {
    await endsWith(code('export default (e) => e;\nundefined.x;'), [], /step score can't be loaded: line 2, column 11/);
  });

  test('in a ConfigMap', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'modules-'));
    try {
      mkdirSync(join(dir, 'score'));
      writeFileSync(join(dir, 'score', 'score.js'), 'export const x = 1;');
      const step = { name: 'score', code: { configMap: { name: 'score', key: 'score.js' } } };
      await endsWith(step, ['--modules-dir', dir], /code\.configMap, line 1, column 20: there is no default export/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
