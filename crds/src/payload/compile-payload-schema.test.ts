import { describe, expect, test } from '@jest/globals';
import { compilePayloadSchema } from './compile-payload-schema.ts';

function check(schema: object, value: unknown) {
  const compiled = compilePayloadSchema(schema);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.validate(value);
}

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const flight = {
  type: 'object',
  required: ['origin', 'delay'],
  properties: { origin: { type: 'string', pattern: '^[A-Z]{3}$' }, delay: { type: 'number' } },
};

describe('payloads that satisfy their schema', () => {
  test.each<[string, object, unknown]>([
    ['an object', flight, { origin: 'SFO', delay: 3, more: 1 }],
    ['draft 2020-12 by default', { prefixItems: [{ type: 'string' }], items: false }, ['a']],
    ['draft-07', { $schema: DRAFT_07, items: [{ type: 'string' }], additionalItems: false }, ['a']],
    ['a reference inside', { $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, 'x'],
    ['a format', { format: 'date-time' }, '2026-01-01T00:00:00Z'],
    ['own fields only', { properties: { constructor: { type: 'string' }, toString: { type: 'number' } } }, {}],
    ['an escape that RE2 writes otherwise', { pattern: '^\\u00e9\\/$' }, 'é/'],
    ['annotations', { title: 't', description: 'd', examples: [1], default: 2, deprecated: true, $comment: 'c' }, 5],
    ['different items', { uniqueItems: true }, [1, '1', null, 'null', { a: 1 }, { a: 2 }, '{"a":1}', true, [1], []]],
    ['a union of types', { type: ['string', 'null'] }, null],
    ['if and else', { if: { type: 'string' }, then: { minLength: 2 }, else: { type: 'number' } }, 3],
  ])('%s', (_name, schema, value) => {
    expect(check(schema, value)).toBeUndefined();
  });
});

describe('payloads that do not', () => {
  test.each<[string, object, unknown, object]>([
    ['a type', flight, { origin: 'SFO', delay: 'x' }, { path: 'delay', keyword: 'type', message: 'must be number' }],
    ['a missing field', flight, { origin: 'SFO' }, { path: '', message: "must have required property 'delay'" }],
    ['a pattern', flight, { origin: 'sfo', delay: 1 }, { path: 'origin', message: 'must match pattern "^[A-Z]{3}$"' }],
    ['an inherited name', { required: ['toString'] }, {}, { keyword: 'required' }],
    [
      'equal items',
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      { keyword: 'uniqueItems' },
    ],
    ['equal nulls', { uniqueItems: true }, [null, 1, null], { keyword: 'uniqueItems' }],
    ['then', { if: { type: 'string' }, then: { minLength: 2 } }, 'a', { keyword: 'minLength' }],
    ['a list item', { items: { type: 'string' } }, ['a', 1], { path: '[1]' }],
    ['a number beyond a double', { type: 'number' }, 9007199254740993n, { keyword: 'type' }],
    ['an address too long', { format: 'email' }, `${'a'.repeat(400)}@b.cd`, { keyword: 'format' }],
  ])('%s', (_name, schema, value, error) => {
    expect(check(schema, value)).toMatchObject(error);
  });
});

describe('errors quote nothing of the payload', () => {
  const secret = 's3cr3t';
  test.each<[string, object, unknown]>([
    ['a value', { const: 'a' }, secret],
    ['an enum', { enum: ['a'] }, secret],
    ['a name', { additionalProperties: false }, { [secret]: 1 }],
    ['a name on the way', { additionalProperties: { type: 'string' } }, { [secret]: 1 }],
    ['a name that is refused', { propertyNames: { maxLength: 2 } }, { [secret]: 1 }],
    ['a name by pattern', { patternProperties: { '^s': { items: { type: 'string' } } } }, { [secret]: [1] }],
    ['unevaluated', { unevaluatedProperties: false }, { [secret]: secret }],
    ['no branch', { oneOf: [{ type: 'number' }, { type: 'null' }] }, secret],
    ['a format', { format: 'date' }, secret],
  ])('%s', (_name, schema, value) => {
    const error = check(schema, value);
    expect(error).toBeDefined();
    expect(JSON.stringify(error)).not.toContain(secret);
  });
});

describe('schemas that are refused, with the place', () => {
  const deep = (depth: number): object => (depth === 0 ? {} : { not: deep(depth - 1) });
  test.each<[string, object, string, string]>([
    ['an unknown keyword', { properties: { a: { minimun: 1 } } }, 'properties.a.minimun', 'is not a known keyword'],
    ['an unknown format', { properties: { a: { format: 'ssn' } } }, 'properties.a.format', 'is not a known format'],
    ['an unknown type', { type: 'strng' }, 'type', 'must be one of array'],
    ['a wrong value', { properties: { a: { minLength: -1 } } }, 'properties.a.minLength', 'must be >= 0'],
    ['a remote reference', { $ref: 'https://example.com/schema' }, '', "can't resolve reference"],
    ['a missing reference', { $ref: '#/$defs/none' }, '', "can't resolve reference"],
    ['lookahead', { properties: { a: { pattern: '(?=a)' } } }, 'properties.a.pattern', 'error parsing regexp'],
    [
      'a back reference',
      { patternProperties: { '(a)\\1': {} } },
      'patternProperties["(a)\\\\1"]',
      'error parsing regexp',
    ],
    ['an expression that explodes', { pattern: '((a{100}){100}){100}' }, 'pattern', 'error parsing regexp'],
    ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }, '$schema', 'must be one of'],
    ['an asynchronous one', { $async: true }, '$async', 'must not be set'],
    ['one too deep', deep(40), '', 'at most 32 deep'],
    ['one too long', { description: 'x'.repeat(70_000) }, '', 'at most 65536 characters'],
  ])('%s', (_name, schema, path, message) => {
    expect(compilePayloadSchema(schema)).toEqual({
      ok: false,
      problem: { path, message: expect.stringContaining(message) },
    });
  });

  test('one refused schema does not spoil the next', () => {
    compilePayloadSchema({ $id: 'https://example.com/a', type: 'nonsense' });
    expect(compilePayloadSchema({ $id: 'https://example.com/a', type: 'string' }).ok).toBe(true);
    expect(compilePayloadSchema({ $id: 'https://example.com/a', type: 'number' }).ok).toBe(true);
  });
});

describe('hostile payloads are judged quickly', () => {
  const MEGABYTE = 1_000_000;
  const within = (limitMs: number, schema: object, value: unknown) => {
    const start = performance.now();
    check(schema, value);
    expect(performance.now() - start).toBeLessThan(limitMs);
  };

  test.each(['email', 'url', 'uri', 'uri-reference', 'hostname', 'ipv6', 'regex', 'date-time', 'duration', 'byte'])(
    'format %s',
    (format) => {
      const texts = [`a@${'a'.repeat(MEGABYTE)}`, `http://${':'.repeat(MEGABYTE)} `, '1'.repeat(MEGABYTE)];
      for (const text of texts) within(3_000, { format }, text);
    },
  );

  test('a pattern that backtracking engines choke on', () => {
    within(3_000, { pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`);
  });

  test('a hundred thousand items that must differ', () => {
    within(
      5_000,
      { uniqueItems: true },
      Array.from({ length: 100_000 }, (_, i) => ({ i })),
    );
  });

  test('nesting deeper than the stack', () => {
    let deep: unknown = [];
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(check({ items: { $ref: '#' } }, deep)).toEqual({
      path: '',
      keyword: '$ref',
      message: 'is nested too deep for the schema',
    });
  });
});
