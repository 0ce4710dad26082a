import { describe, expect, test } from '@jest/globals';
import { compileExpression, type Evaluate } from './expression.ts';
import { EvaluationError } from './evaluation-error.ts';
import { InexactNumber } from './values/inexact-number.ts';

const message = { subject: 's', headers: {}, time: 0, sequence: 1, deliveries: 1 };

function compiled(source: string): Evaluate {
  const result = compileExpression(source, 'any');
  if (!result.ok) throw new Error(result.problem.explained);
  return result.evaluate;
}

const evaluate = (source: string, event: unknown): unknown => compiled(source)(event, message);

/** The text of the error, which every failure must bring as an EvaluationError. */
function failure(source: string, event: unknown): string {
  try {
    evaluate(source, event);
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}

describe('names that JavaScript knows', () => {
  const event: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": {"name": "c"}, "a": [1]}');

  test.each([
    ['event.__proto__.x', 1],
    ['event["__proto__"]["x"]', 1],
    ['event.constructor.name', 'c'],
    ['has(event.hasOwnProperty)', false],
    ['has(event.a.x) || true', true],
    ['event.map(k, k)', ['__proto__', 'constructor', 'a']],
    ['{"__proto__": event.a}.map(k, k)', ['__proto__']],
    ['{event.constructor.name: 1, "__proto__": 2}.__proto__', 2],
    ['event == event', true],
  ])('%s', (source, value) => {
    expect(evaluate(source, event)).toEqual(value);
  });

  test.each(['x', 'toString', 'valueOf', '__proto__', 'constructor', 'prototype', 'length', 'size', 'source', 'at'])(
    'no value has a field %s of its own accord',
    (name) => {
      const values = [{}, [], 'text', 5, true, 5n, null, new Uint8Array(3), new InexactNumber('1'), Buffer.from('b')];
      for (const value of values) {
        failure(`event.v["${name}"]`, { v: value });
        expect(failure('event.v[event.name + "-secret"]', { v: value, name })).not.toContain('secret');
      }
    },
  );

  test('output keeps them as keys, without touching a prototype', () => {
    const output = evaluate('{"a": event, "t": message.time}', event) as Record<string, unknown>;
    expect(JSON.stringify(output)).toBe(
      '{"a":{"__proto__":{"x":1},"constructor":{"name":"c"},"a":[1]},"t":"1970-01-01T00:00:00Z"}',
    );
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

test.each([
  ['"`${process.exit()}`"', '`${process.exit()}`'],
  ['"\\"); process.exit(); (\\""', '"); process.exit(); ("'],
  ['"\\u2028\\u2029\\\\"', '\u2028\u2029\\'],
  ['{"]: process.exit(), [": 1}', { ']: process.exit(), [': 1 }],
  ['has(event["\\"]; process.exit(); //"])', false],
  ['[1].map(R, R)', [1]],
  ['[1].map(K, [2].map(t1, K + t1))', [[3]]],
  ['[1].map(e, e)', [1]],
])('%s is only data', (source, value) => {
  expect(evaluate(source, {})).toEqual(value);
});

describe('numbers that nothing holds', () => {
  const event = { price: new InexactNumber('0.1234567890123456789'), list: [new InexactNumber('1e400')] };

  test('are passed on whole', () => {
    expect(evaluate('event.price', event)).toBe(event.price);
    expect(evaluate('{"p": event.price, "l": event.list, "h": has(event.price)}', event)).toEqual({
      p: event.price,
      l: event.list,
      h: true,
    });
    expect(evaluate('event', event)).toBe(event);
  });

  test.each([
    'event.price > 1',
    'event.price == 1',
    'event.price == "x"',
    'event.price != null',
    'event.price in ["a"]',
    'event.price in [1.5]',
    'event.list == [1.0]',
    '1.0 in event.list',
    'event.price + 1',
    '-event.price',
    'string(event.price)',
    'type(event.price)',
    'event.price.source',
    'event.price ? 1 : 2',
  ])('%s fails', (source) => {
    const text = failure(source, event);
    expect(text).toMatch(/too many digits/);
    expect(text).not.toMatch(/0\.123|1e400/);
  });
});

describe('work is bounded', () => {
  const numbers = Array.from({ length: 100_000 }, (_, index) => index);

  test.each([
    ['nested macros', 'event.l.all(a, event.l.all(b, a + b >= 0))'],
    ['a failing quantifier', 'event.l.exists(a, event.l.exists(b, b.x == 1))'],
    ['behind ||', 'event.l.exists(a, event.l.exists(b, b < 0)) || event.l.all(a, event.l.all(b, b >= 0)) || true'],
    ['doubling lists', `[[1]].map(a, a + a)${'.map(a, a + a)'.repeat(60)}`],
    ['doubling texts', `["xx"].map(a, a + a)${'.map(a, a + a)'.repeat(60)}`],
    ['doubling trees', `[[1]].map(a, [a, a])${'.map(a, [a, a])'.repeat(60)}`],
    ['multiplied texts', '"x".replace("", event.text).replace("x", event.text)'],
    ['joined texts', 'event.l.map(x, event.text).join(event.text)'],
    ['membership', 'event.l.all(x, -1 in event.l || true)'],
    ['long patterns over long texts', 'event.l.exists(x, event.text.matches("(x+x+)+y"))'],
    ['equal lists', 'event.l.all(x, event.l == event.m)'],
  ])('%s', (_, source) => {
    const started = performance.now();
    expect(failure(source, { l: numbers, m: [...numbers], text: 'x'.repeat(500_000) })).toMatch(
      /too much work|too long a text|too large/,
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('an evaluation after an exhausted one has all of its own', () => {
    failure('event.all(a, event.all(b, true))', numbers);
    expect(evaluate('event.all(a, a >= 0)', numbers)).toBe(true);
  });

  test.each(['event == [event]', 'event.all(x, x == event)', '{"x": event}', 'event == event[0]'])(
    'a payload nested 100,000 deep: %s',
    (source) => {
      let deep: unknown = 1;
      for (let depth = 0; depth < 100_000; depth++) deep = [deep];
      let other: unknown = 1;
      for (let depth = 0; depth < 100_000; depth++) other = [other];
      try {
        evaluate(source, [deep, other]);
      } catch (error) {
        expect(error).toBeInstanceOf(EvaluationError);
      }
    },
  );

  test('patterns from payloads are kept in a bounded number', () => {
    const matches = compiled('event.text.matches(event.pattern)');
    for (let index = 0; index < 500; index++) {
      expect(matches({ text: `x${index}`, pattern: `^x${index}$` }, message)).toBe(true);
    }
    expect(() => matches({ text: 'x', pattern: 'x'.repeat(5000) }, message)).toThrow('the pattern is too long');
    expect(() => matches({ text: 'x', pattern: 'secret(' }, message)).toThrow('not a regular expression of RE2');
  });
});

test('no error text quotes a value', () => {
  const event = { s: 'SECRET', n: 123456789.5, l: ['SECRET'], m: { SECRET: 'SECRET' } };
  const sources = ['int(event.s)', 'event.s + 1', 'event.m[event.s + "x"]', 'event.l[event.n]', 'timestamp(event.s)'];
  sources.push('event.s.matches(event.s + "(")', 'event.m.x', 'duration(event.s)', 'event.s', 'event.n - event.s');
  sources.push(
    'bytes(event.s) > event.n',
    'event.m < event.m',
    'event.l.join(event.n)',
    '{event.m: 1}',
    'message.headers.x',
  );
  for (const source of sources) {
    const compiledAsBool = compileExpression(source, 'bool');
    if (!compiledAsBool.ok) {
      if (source !== 'event.s') expect(failure(source, event)).not.toMatch(/SECRET|12345/);
      continue;
    }
    expect(() => compiledAsBool.evaluate(event, message)).toThrow(EvaluationError);
    expect(() => compiledAsBool.evaluate(event, message)).not.toThrow(/SECRET|12345/);
  }
});
