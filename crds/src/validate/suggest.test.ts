import { expect, test } from '@jest/globals';
import { closest } from './suggest.ts';

const known = ['steps', 'sinks', 'source', 'deadLetter', 'worker'];

test.each([
  ['step', 'steps'],
  ['snks', 'sinks'],
  ['deadletter', 'deadLetter'],
  ['deadLetters', 'deadLetter'],
  ['sorce', 'source'],
  ['scaling', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20s → %s', (word, meant) => {
  expect(closest(word, known)).toBe(meant);
});
