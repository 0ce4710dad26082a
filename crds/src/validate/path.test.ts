import { expect, test } from '@jest/globals';
import { pathText, pointerSegments } from './path.ts';

test.each([
  [[], ''],
  [['spec', 'steps', 2, 'filter'], 'spec.steps[2].filter'],
  [['spec', 'ephemeral-storage'], 'spec.ephemeral-storage'],
  [['set', 'a.b'], 'set["a.b"]'],
  [['set', '0'], 'set["0"]'],
  [[0, 'a'], '[0].a'],
])('%j is %s', (segments, text) => {
  expect(pathText(segments)).toBe(text);
});

test.each([
  ['', {}, []],
  ['/a/0/b', { a: [{ b: 1 }] }, ['a', 0, 'b']],
  ['/a/0', { a: { 0: 1 } }, ['a', '0']],
  ['/a~1b/c~0d', {}, ['a/b', 'c~d']],
])('%s of %j', (pointer, value, segments) => {
  expect(pointerSegments(pointer, value)).toEqual(segments);
});
