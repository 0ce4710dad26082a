import { expect, test } from '@jest/globals';
import { mebibytes, quantity } from './quantity.ts';

test.each([
  ['512Mi', 512],
  ['1Gi', 1024],
  ['1.5Gi', 1536],
  ['1000M', 953],
  [1048576, 1],
  ['1e9', 953],
  ['much', undefined],
])('%s is %s MiB', (text, expected) => {
  expect(mebibytes(text)).toBe(expected);
});

test('a quantity below one is a fraction', () => {
  expect(quantity('250m')).toBe(0.25);
});
