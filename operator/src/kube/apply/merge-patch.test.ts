import { describe, expect, test } from '@jest/globals';
import { isEqual, mergePatchOf } from './merge-patch.ts';

const cases: Record<string, { current: unknown; wanted: Record<string, unknown>; patch: object | undefined }> = {
  'nothing to do': { current: { a: 1, b: { c: [1] } }, wanted: { b: { c: [1] }, a: 1 }, patch: undefined },
  'a first status': { current: undefined, wanted: { a: 1 }, patch: { a: 1 } },
  'only what changed': {
    current: { a: 1, b: { c: 1, d: 2 } },
    wanted: { a: 1, b: { c: 1, d: 3 } },
    patch: { b: { d: 3 } },
  },
  'what goes is null': { current: { a: 1, b: 2 }, wanted: { a: 1 }, patch: { b: null } },
  'undefined goes too': { current: { a: 1 }, wanted: { a: undefined }, patch: { a: null } },
  'within an object': { current: { a: { b: 1, c: 2 } }, wanted: { a: { c: 2 } }, patch: { a: { b: null } } },
  'lists are replaced': { current: { a: [1, 2] }, wanted: { a: [1, 3] }, patch: { a: [1, 3] } },
};
describe('mergePatchOf', () => {
  test.each(Object.entries(cases))('%s', (_name, { current, wanted, patch }) => {
    expect(mergePatchOf(current, wanted)).toEqual(patch);
  });
});

const pairs: [left: unknown, right: unknown, equal: boolean][] = [
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, true],
  [[1, 2], [2, 1], false],
  [{ a: null }, {}, false],
  [{}, [], false],
  ['1', 1, false],
];
test.each(pairs)('%j equals %j: %s', (left, right, equal) => {
  expect(isEqual(left, right)).toBe(equal);
});
