import { describe, expect, test } from '@jest/globals';
import { fieldTree } from './field-tree.ts';
import { REMOVED } from './record.ts';
import { rewriteFields } from './rewrite-fields.ts';

const remove = () => REMOVED;
const mask = () => '***';
const tree = (paths: readonly string[], rewrite: (value: unknown) => unknown) =>
  fieldTree(paths.map((path) => [path, rewrite] as const));

describe('rewriteFields', () => {
  const cases: Record<string, { value: unknown; paths: string[]; masked: unknown; removed: unknown }> = {
    'a field': { value: { a: 1, b: 2 }, paths: ['a'], masked: { a: '***', b: 2 }, removed: { b: 2 } },
    'a field inside': {
      value: { a: { b: 1, c: 2 } },
      paths: ['a.b'],
      masked: { a: { b: '***', c: 2 } },
      removed: { a: { c: 2 } },
    },
    'every item of a list': {
      value: { a: [{ b: 1 }, 2, { b: [3] }] },
      paths: ['a.b'],
      masked: { a: [{ b: '***' }, 2, { b: '***' }] },
      removed: { a: [{}, 2, {}] },
    },
    'lists in lists': {
      value: [[{ a: 1 }], [{ c: 1 }]],
      paths: ['a'],
      masked: [[{ a: '***' }], [{ c: 1 }]],
      removed: [[{}], [{ c: 1 }]],
    },
    'a field and one inside it': { value: { a: { b: 1 } }, paths: ['a.b', 'a'], masked: { a: '***' }, removed: {} },
    'a field and one inside it, the other way round': {
      value: { a: { b: 1 } },
      paths: ['a', 'a.b'],
      masked: { a: '***' },
      removed: {},
    },
    'two beside each other': {
      value: { a: { b: 1, c: 2, d: 3 } },
      paths: ['a.b', 'a.c'],
      masked: { a: { b: '***', c: '***', d: 3 } },
      removed: { a: { d: 3 } },
    },
    null: { value: { a: null }, paths: ['a'], masked: { a: '***' }, removed: {} },
  };
  test.each(Object.entries(cases))('%s', (_name, { value, paths, masked, removed }) => {
    const before = structuredClone(value);
    expect(rewriteFields(value, tree(paths, mask))).toEqual(masked);
    expect(rewriteFields(value, tree(paths, remove))).toEqual(removed);
    expect(value).toEqual(before);
  });

  const absent: Record<string, { value: unknown; path: string }> = {
    'a missing field': { value: { b: 1 }, path: 'a' },
    'a field inside a text': { value: { a: 'b' }, path: 'a.b' },
    'a field of a list by number': { value: [1], path: '0' },
    'an inherited name': { value: {}, path: 'toString' },
    'an inherited name inside': { value: { a: {} }, path: 'constructor.name' },
    __proto__: { value: { a: {} }, path: '__proto__.a' },
    'a scalar': { value: 3, path: 'a' },
  };
  test.each(Object.entries(absent))('leaves alone: %s', (_name, { value, path }) => {
    expect(rewriteFields(value, tree([path], mask))).toBe(value);
  });

  test('keeps the order of fields', () => {
    expect(JSON.stringify(rewriteFields({ a: 1, b: 2, c: 3 }, tree(['b'], mask)))).toBe('{"a":1,"b":"***","c":3}');
  });

  test('reaches a property named __proto__, and keeps one beside', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}');
    expect(JSON.stringify(rewriteFields(value, tree(['__proto__.a'], mask)))).toBe('{"__proto__":{"a":"***"},"b":2}');
    expect(JSON.stringify(rewriteFields(value, tree(['b'], remove)))).toBe('{"__proto__":{"a":1}}');
  });
});
