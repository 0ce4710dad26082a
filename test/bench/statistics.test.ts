import { expect, test } from '@jest/globals';
import { median, percentile, spread } from './statistics.ts';

test.each([
  { values: [3, 1, 2], expected: 2 },
  { values: [4, 1, 3, 2], expected: 3 },
  { values: [], expected: NaN },
])('the median of $values is $expected', ({ values, expected }) => {
  expect(median(values)).toBe(expected);
});

test('a percentile is a value that was seen', () => {
  const values = Array.from({ length: 1000 }, (_, index) => index);
  expect(percentile(values, 0.99)).toBe(990);
  expect(percentile(values, 0.999)).toBe(999);
  expect(percentile(values, 1)).toBe(999);
});

test('the spread is half of what lies between the quartiles', () => {
  expect(spread([90, 100, 110, 120])).toBeCloseTo(10 / 110);
  expect(spread([7, 7, 7])).toBe(0);
});
