import { expect, test } from '@jest/globals';
import { printable, printableJson, printableLines } from './printable.ts';

test.each([
  ['plain text, é and 😀', 'plain text, é and 😀'],
  ['\x1b[2J\x1b]0;title\x07', '\\u001b[2J\\u001b]0;title\\u0007'],
  ['one\r\ntwo\tthree', 'one\\r\\ntwo\\tthree'],
  ['\u009b31m', '\\u009b31m'],
  ['abc\u202edcba', 'abc\\u202edcba'],
  ['a\u200bb\u2066c\ufeff', 'a\\u200bb\\u2066c\\ufeff'],
  ['\x7f\0', '\\u007f\\u0000'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('line ends and tabs may stay, carriage returns may not', () => {
  expect(printableLines('a\n\tb\r\x1b')).toBe('a\n\tb\\r\\u001b');
});

test('JSON means the same and does nothing to a terminal', () => {
  const value = { name: '\u009b31m\x1b\u202e\n', list: [1, 'é'] };
  const json = printableJson(value, 2);
  expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.parse(json)).toEqual(value);
});
