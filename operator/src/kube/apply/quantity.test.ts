import { expect, test } from '@jest/globals';
import { isSameQuantity, parseQuantity } from './quantity.ts';

const cases: [text: unknown, value: number | undefined][] = [
  ['100m', 0.1],
  ['0.1', 0.1],
  ['.5', 0.5],
  ['2', 2],
  [3, 3],
  ['1e3', 1_000],
  ['1E3', 1_000],
  ['1k', 1_000],
  ['1Ki', 1_024],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['2E', 2e18],
  ['-5', -5],
  ['', undefined],
  ['Gi', undefined],
  ['1K', undefined],
  ['1 Gi', undefined],
  [null, undefined],
];
test.each(cases)('%j', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test('what is no quantity is the same as nothing', () => {
  expect([isSameQuantity('x', 'x'), isSameQuantity('0.1', '100m'), isSameQuantity('1G', '1Gi')]).toEqual([
    false,
    true,
    false,
  ]);
});
