import { afterEach, describe, expect, test } from '@jest/globals';
import { type MessageView } from '@streamjob/expressions';
import { decodeJson } from '../codecs/json.ts';
import { encodeJson } from '../codecs/index.ts';
import { type CodeAnswer } from './code-module.ts';
import { IsolatedModule } from './isolated-module.ts';

const MESSAGE: MessageView = { subject: 'a.b', headers: { H: 'x' }, time: 1_000, sequence: 7, deliveries: 1 };
const HEAVY = 30_000;

let module: IsolatedModule;
afterEach(() => {
  module.close();
});

async function load(source: string, { timeoutMs = 5_000, memoryMebibytes = 32 } = {}): Promise<void> {
  module = new IsolatedModule({ name: 'score', source, timeoutMs, memoryMebibytes });
  await module.start();
}

const run = (value: unknown): Promise<CodeAnswer> => module.run({ value, inexact: false }, MESSAGE);
const runAll = (values: readonly unknown[]): Promise<CodeAnswer[]> => Promise.all(values.map(run));

/** What the module answered, in short. */
function short(answer: CodeAnswer): unknown {
  switch (answer.kind) {
    case 'one':
      return answer.event.value;
    case 'many':
      return answer.events.map(({ value }) => value);
    case 'failed':
      return `${answer.reason}: ${answer.error}`;
    case 'none':
    case 'unavailable':
      return answer;
  }
}

describe('the answer', () => {
  const cases: Record<string, { source: string; event?: unknown; answer: unknown }> = {
    'an object': { source: 'export default (e) => ({ ...e, b: 2 })', event: { a: 1 }, answer: { a: 1, b: 2 } },
    'a promise of one': {
      source: 'export default async (e) => ({ ...e, b: 2 })',
      event: { a: 1 },
      answer: { a: 1, b: 2 },
    },
    'another value': { source: 'export default () => "text"', answer: 'text' },
    false: { source: 'export default () => false', answer: false },
    null: { source: 'export default () => null', answer: { kind: 'none' } },
    nothing: { source: 'export default () => {}', answer: { kind: 'none' } },
    'a list': { source: 'export default (e) => [e, { b: 2 }]', event: { a: 1 }, answer: [{ a: 1 }, { b: 2 }] },
    'an empty list': { source: 'export default () => []', answer: [] },
    'the message': {
      source: 'export default (e, m) => m',
      answer: { subject: 'a.b', headers: { H: 'x' }, time: 1000, sequence: 7, deliveries: 1 },
    },
    'a date, and a field that is undefined': {
      source: 'export default () => ({ at: new Date(0), gone: undefined })',
      answer: { at: '1970-01-01T00:00:00.000Z' },
    },
    bytes: { source: 'export default (b) => b[0] + b.length', event: Uint8Array.of(40, 1), answer: 42 },
    'a field named __proto__': {
      source: 'export default (e) => Object.keys(e)',
      event: JSON.parse('{"__proto__":1}'),
      answer: ['__proto__'],
    },
  };
  test.each(Object.entries(cases))('%s', async (_name, { source, event = {}, answer }) => {
    await load(source);
    expect(short(await run(event))).toEqual(answer);
  });

  test('of a list that was given a length of one is a list', async () => {
    await load('export default (e) => [e]');
    expect(short(await run(1))).toEqual([1]);
  });
});

describe('numbers that no double holds', () => {
  const text = '{"big":9007199254740993,"long":0.1234567890123456789,"e":1e400,"huge":123456789012345678901,"n":1.5}';
  const given = async (): Promise<unknown> => {
    const event = decodeJson(Buffer.from(text));
    if (!event.ok) throw new Error(event.error);
    const answer = await module.run(event, MESSAGE);
    return answer.kind === 'one' ? String(Buffer.from(encodeJson(answer.event))) : short(answer);
  };

  test('pass through', async () => {
    await load('export default (e) => e');
    expect(await given()).toBe(text);
  });

  test('of 64 bits are BigInt', async () => {
    await load('export default (e) => ({ next: e.big + 1n, n: e.n * 2 })');
    expect(await given()).toBe('{"next":9007199254740994,"n":3}');
  });

  test('of other kinds can’t be calculated with', async () => {
    await load('export default (e) => e.long * 2');
    expect(await given()).toMatch(/^CodeFailed: line 1, column \d+: TypeError/);
  });
});

describe('a function that fails', () => {
  const cases: Record<string, [source: string, error: string | RegExp]> = {
    'throws where it reads': [
      'export default (event) => {\n  const score = 1;\n  return event.x.y + score;\n};',
      "line 3, column 18: TypeError: Cannot read properties of undefined (reading 'y'), at: return event.x.y + score;",
    ],
    'rejects after a while': [
      'export default async (event) => {\n  await new Promise((done) => setTimeout(done, 5));\n  return event.x.y;\n};',
      "line 3, column 18: TypeError: Cannot read properties of undefined (reading 'y'), at: return event.x.y;",
    ],
    'throws what quotes the event': [
      'export default (event) => {\n  throw new Error(`bad ${event.secret}`);\n};',
      'line 2, column 9: Error, at: throw new Error(`bad ${event.secret}`);',
    ],
    'throws a class of its own': [
      'class Bad extends Error {}\nexport default (event) => { throw new Bad(event.secret); };',
      'line 2, column 35: Bad, at: export default (event) => { throw new Bad(event.secret); };',
    ],
    'reads a field that the event names': [
      'export default (event) => event.none[event.secret];',
      'line 1, column 37: TypeError, at: export default (event) => event.none[event.secret];',
    ],
    'parses what is no JSON': [
      'export default (e) => JSON.parse(`{${e.secret}`)',
      /^line 1, column 28: SyntaxError, at: /,
    ],
    'throws no Error': [
      'export default (event) => { throw event.secret; };',
      'the module threw something that is not an Error',
    ],
    'throws null': ['export default () => { throw null; };', 'the module threw something that is not an Error'],
    'gives a function': ['export default () => () => 1', 'the result holds a function'],
    'gives NaN': ['export default () => ({ a: [NaN] })', 'the result holds a number that is not finite'],
    'gives a Map': ['export default () => new Map()', /has no form for/],
    'gives itself': ['export default (e) => { e.e = e; return e; }', /nests deeper than 256 levels, or holds itself/],
    'gives too many events': ['export default () => new Array(1001).fill(1)', 'the result holds more than 1000 events'],
    'gives a null among events': ['export default () => [1, null]', 'event 1 of the result is null or undefined'],
    'gives too much': ['export default () => "x".repeat(9e6)', /larger than/],
    'gives a getter that throws': [
      'export default () => ({ get a() { throw new Error("x"); } })',
      /^line 1, column 41: Error, at/,
    ],
    'changes the message': [
      "'use strict';\nexport default (e, m) => { m.headers.H = e.secret; };",
      /^line 2, column 40: TypeError, at/,
    ],
    'lies in its stack': [
      'export default (e) => { throw Object.assign(new Error(), { stack: `at code/score.js:${e.secret}:1` }); }',
      /^Error$/,
    ],
    'recurses without end': [
      'const f = () => f() + 1;\nexport default f;',
      /^line 1, column \d+: RangeError: Maximum call/,
    ],
  };
  test.each(Object.entries(cases))('%s', async (_name, [source, error]) => {
    await load(source);
    const answer = short(await run({ secret: '4111111111111111' })) as string;
    if (typeof error === 'string') expect(answer).toBe(`CodeFailed: ${error}`);
    else expect(answer.replace('CodeFailed: ', '')).toMatch(error);
    expect(answer).not.toContain('4111');
  });
});

describe('a call that', () => {
  const OTHERS = Array.from({ length: 600 }, (_, index) => index);
  /** Long enough for a heap to be filled on a busy machine, short where the timeout is waited for. */
  const timeoutFor = (expected: RegExp) => ({ timeoutMs: expected.source.includes('TimedOut') ? 300 : 20_000 });
  const expectOnly = async (bad: number, expected: RegExp): Promise<void> => {
    const answers = await runAll(OTHERS.map((index) => ({ index, bad: index === bad })));
    expect(short(answers[bad]!)).toMatch(expected);
    expect(answers.map(short).filter((_, index) => index !== bad)).toEqual(OTHERS.filter((index) => index !== bad));
  };

  test.each([
    ['never returns is cut', 'for (;;);', /^CodeTimedOut/],
    ['eats all memory fails', 'const a = []; for (;;) a.push(new Array(1000).fill(a.length));', /^CodeOutOfMemory/],
    ['ends its process fails', 'process.exit(0)', /^CodeFailed: the function ended its process/],
  ])(
    '%s, and no other',
    async (_name, statement, expected) => {
      await load(`export default (e) => { if (e.bad) { ${statement} } return e.index; }`, timeoutFor(expected));
      await expectOnly(300, expected);
    },
    HEAVY,
  );

  test.each([
    ['never answers is cut', 'await new Promise(() => undefined);', /^CodeTimedOut/],
    ['never returns after it waited is cut', 'await new Promise(setImmediate); for (;;);', /^CodeTimedOut/],
    [
      'eats all memory after it waited fails',
      'await 1; const a = []; for (;;) a.push(new Array(1000).fill(1));',
      /^CodeOutOfMemory/,
    ],
  ])(
    '%s, and no other',
    async (_name, statement, expected) => {
      await load(
        `export default async (e) => { await 1; if (e.bad) { ${statement} } return e.index; }`,
        timeoutFor(expected),
      );
      await expectOnly(20, expected);
    },
    HEAVY,
  );

  test(
    'finds the process out of memory that others filled is run again, and none fails',
    async () => {
      await load(
        'const all = [];\nexport default (e) => { all.push(new Array(20_000).fill(e.index)); return e.index; }',
      );
      const answers = await runAll(OTHERS.map((index) => ({ index })));
      expect(answers.map(short)).toEqual(OTHERS);
    },
    HEAVY,
  );
});

describe('a module that can’t be loaded', () => {
  const cases: Record<string, [source: string, error: RegExp]> = {
    'because it throws': [
      'const a = 1;\nundefined.x;\nexport default () => a;',
      /^line 2, column 11: TypeError: Cannot read/,
    ],
    'because its default export is no function': ['const a = 1;\nexport default a;', /must be a function/],
    'because it ends its process': [
      'process.exit(3);\nexport default () => 1;',
      /ended its process while it was loaded/,
    ],
  };
  test.each(Object.entries(cases))('%s', async (_name, [source, error]) => {
    await expect(load(source)).rejects.toThrow(error);
    expect(await run({})).toEqual({ kind: 'unavailable', code: 'NotLoaded' });
  });
});

test('what it prints goes nowhere, and it has no environment', async () => {
  await load('export default () => { console.log("x"); console.error("y"); return Object.keys(process.env).length; }');
  expect(short(await run({}))).toBe(0);
});

test('a floating promise that rejects, and a timer that throws, end nothing', async () => {
  await load(
    'export default (e) => { Promise.reject(new Error()); setTimeout(() => { throw new Error(); }, 0); return e; }',
  );
  await runAll([1, 2, 3]);
  expect(short(await run(4))).toBe(4);
});

test('a closed module answers nothing any more', async () => {
  await load('export default () => new Promise(() => undefined)');
  const waiting = run({});
  await Promise.resolve();
  module.close();
  expect(await waiting).toEqual({ kind: 'unavailable', code: 'Closed' });
  expect(await run({})).toEqual({ kind: 'unavailable', code: 'Closed' });
});
