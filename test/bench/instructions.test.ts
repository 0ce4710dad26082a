import { expect, test } from '@jest/globals';
import { countOf } from './instructions.ts';

test.each([
  ['1234567,,instructions:u,1000000,100.00,,\n', 1_234_567],
  ['<not supported>,,instructions:u,0,100.00,,\n', undefined],
  ['<not counted>,,instructions:u,0,100.00,,\n', undefined],
  ['', undefined],
  [null, undefined],
])('%j', (output, count) => {
  expect(countOf(output)).toBe(count);
});
