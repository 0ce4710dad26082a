import { describe, expect, test } from '@jest/globals';
import { covers, overlap, sameFilters, selectsAllOf, union } from './subjects.ts';

describe('covers', () => {
  test.each([
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.b', 'a.*', false],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['>', 'a.>', true],
    ['a.*', 'a.>', false],
    ['a.*', 'a.b.c', false],
    ['a.*.c', 'a.*.c', true],
  ])('%s over %s: %s', (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });
});

describe('overlap', () => {
  test.each([
    ['a.*.c', 'a.b.>', true],
    ['a.*.c', 'a.b', false],
    ['a.b', 'a.c', false],
    ['>', 'a', true],
    ['a.>', 'a', false],
    ['a.*', '*.b', true],
  ])('%s and %s: %s', (left, right, expected) => {
    expect(overlap(left, right)).toBe(expected);
    expect(overlap(right, left)).toBe(expected);
  });
});

describe('union', () => {
  test.each([
    { name: 'widening', left: ['a.b'], right: ['a.>'], expected: ['a.>'] },
    { name: 'narrowing', left: ['a.>'], right: ['a.b'], expected: ['a.>'] },
    { name: 'moving', left: ['a.b'], right: ['a.c'], expected: ['a.c', 'a.b'] },
    { name: 'from everything', left: [], right: ['a.c'], expected: [] },
    { name: 'to everything', left: ['a.c'], right: [], expected: [] },
    { name: 'an overlap that no list can say', left: ['a.*.c'], right: ['a.b.>'], expected: undefined },
  ])('$name', ({ left, right, expected }) => {
    expect(union(left, right)).toEqual(expected);
  });
});

describe('selectsAllOf', () => {
  test.each([
    [[], ['a'], true],
    [['a'], [], false],
    [['>'], [], true],
    [['a.>', 'b'], ['a.b', 'b'], true],
    [['a.b'], ['a.b', 'b'], false],
  ])('%j of %j: %s', (outer, inner, expected) => {
    expect(selectsAllOf(outer, inner)).toBe(expected);
  });
});

test('filters are the same in any order', () => {
  expect(sameFilters(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(sameFilters(['a'], ['b', 'a'])).toBe(false);
});
