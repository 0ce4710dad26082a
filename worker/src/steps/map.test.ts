import { describe, expect, test } from '@jest/globals';
import { encodeJson } from '../codecs/index.ts';
import { decodeJson } from '../codecs/json.ts';
import { applyStep, exact, problemsOf } from './testing/apply-step.ts';
import { type StepContext, type StepResult } from './step.ts';

type Spec = { set?: Record<string, string>; remove?: string[] };

const step = ({ set = {}, remove = [] }: Spec) => ({ name: 'shape', map: { set, remove } });

/** What the step gives, in the form that is published. */
function json(result: StepResult): string {
  return result.kind === 'changed' ? String(encodeJson(result.event)) : JSON.stringify(result);
}

describe('map', () => {
  const cases: Record<string, { spec: Spec; event: unknown; json: string }> = {
    'adds a field at the end': {
      spec: { set: { hours: 'event.delay / 60.0' } },
      event: { delay: 90 },
      json: '{"delay":90,"hours":1.5}',
    },
    'replaces a field in its place': {
      spec: { set: { a: 'event.a + event.b' } },
      event: { a: 'x', b: 'y' },
      json: '{"a":"xy","b":"y"}',
    },
    'swaps, since every expression reads the input': {
      spec: { set: { a: 'event.b', b: 'event.a' } },
      event: { a: 1, b: 2 },
      json: '{"a":2,"b":1}',
    },
    'removes, and reads what it removes': {
      spec: { set: { b: 'event.a' }, remove: ['a'] },
      event: { a: 1 },
      json: '{"b":1}',
    },
    'removes and sets the same field': {
      spec: { set: { a: 'event.a + 1.0' }, remove: ['a'] },
      event: { a: 1, b: 2 },
      json: '{"b":2,"a":2}',
    },
    'writes into an object': {
      spec: { set: { 'a.c': 'true' } },
      event: { a: { b: 1 } },
      json: '{"a":{"b":1,"c":true}}',
    },
    'makes the objects on the way': {
      spec: { set: { 'a.b.c': '1', 'a.d': '2' } },
      event: {},
      json: '{"a":{"b":{"c":1},"d":2}}',
    },
    'takes null for missing': { spec: { set: { 'a.b': '1' } }, event: { a: null }, json: '{"a":{"b":1}}' },
    'removes from every item of a list': {
      spec: { remove: ['a.b'] },
      event: { a: [{ b: 1 }, { c: 2 }] },
      json: '{"a":[{},{"c":2}]}',
    },
    'sets null, lists and maps': {
      spec: { set: { a: 'null', b: "[1, {'c': 'd'}]" } },
      event: {},
      json: '{"a":null,"b":[1,{"c":"d"}]}',
    },
    'sets a time as RFC 3339': {
      spec: { set: { at: 'message.time' } },
      event: {},
      json: '{"at":"2025-11-23T03:19:25.123Z"}',
    },
    'reads headers': {
      spec: { set: { t: "message.headers['Content-Type']" } },
      event: {},
      json: '{"t":"application/json"}',
    },
    'writes __proto__ as a property': {
      spec: { set: { ['__proto__']: '1' } },
      event: { a: 1 },
      json: '{"a":1,"__proto__":1}',
    },
    'writes inside __proto__ as a property': {
      spec: { set: { '__proto__.admin': 'true' } },
      event: {},
      json: '{"__proto__":{"admin":true}}',
    },
    'removes nothing': { spec: { remove: ['x'] }, event: { a: 1 }, json: '{"kind":"unchanged"}' },
  };
  test.each(Object.entries(cases))('%s', (_name, { spec, event, json: expected }) => {
    expect(json(applyStep(step(spec), exact(event)))).toBe(expected);
  });

  const failures: Record<string, { spec: Spec; event: unknown; reason: string; error: RegExp }> = {
    'a missing field': { spec: { set: { a: 'event.b' } }, event: {}, reason: 'ExpressionFailed', error: /^a: / },
    infinity: { spec: { set: { a: 'event.b / 0.0' } }, event: { b: 1 }, reason: 'ExpressionFailed', error: /^a: / },
    'an infinity inside a list': {
      spec: { set: { a: '[event.b / 0.0]' } },
      event: { b: 1 },
      reason: 'ExpressionFailed',
      error: /^a: /,
    },
    'a list': {
      spec: { set: { a: '1' } },
      event: [1],
      reason: 'NotAnObject',
      error: /needs an event that is an object/,
    },
    'a text': { spec: { remove: ['a'] }, event: 'a', reason: 'NotAnObject', error: /needs an event that is an object/ },
    null: { spec: { set: { a: '1' } }, event: null, reason: 'NotAnObject', error: /needs an event that is an object/ },
    'a text on the way': {
      spec: { set: { 'a.b.c': '1' } },
      event: { a: { b: 'x' } },
      reason: 'NotAnObject',
      error: /^a\.b is not an object/,
    },
  };
  test.each(Object.entries(failures))('fails on %s', (_name, { spec, event, reason, error }) => {
    expect(applyStep(step(spec), exact(event))).toEqual({
      kind: 'failed',
      reason,
      error: expect.stringMatching(error) as unknown,
    });
  });

  test('keeps numbers that no double holds, whether it passes them on or makes them', () => {
    const event = decodeJson(Buffer.from('{"id":9007199254740993,"tiny":0.1234567890123456789}'));
    if (!event.ok) throw new Error(event.error);
    expect(json(applyStep(step({ set: { next: 'event.id + 1' }, remove: ['tiny'] }), event))).toBe(
      '{"id":9007199254740993,"next":9007199254740994}',
    );
    expect(json(applyStep(step({ set: { a: '9223372036854775807' } }), exact({})))).toBe('{"a":9223372036854775807}');
    expect(json(applyStep(step({ set: { a: 'event.tiny' } }), event))).toContain('"tiny":0.1234567890123456789');
  });

  test('begins with an empty object on Text and Bytes', () => {
    const shaped = (spec: Spec, value: unknown, shape: StepContext['shape']) =>
      json(applyStep(step(spec), exact(value), { shape }));
    expect(shaped({ set: { line: 'event' } }, 'abc', 'Text')).toBe('{"line":"abc"}');
    expect(shaped({ set: { raw: 'event', size: 'size(event)' } }, Uint8Array.of(0xff), 'Bytes')).toBe(
      '{"raw":"/w==","size":1}',
    );
  });

  test('tells every bad expression', () => {
    expect(problemsOf(step({ set: { a: 'event.', b: 'event.x', c: 'nothing' } })).map(({ path }) => path)).toEqual([
      'spec.steps[2].map.set.a',
      'spec.steps[2].map.set.c',
    ]);
  });
});
