import { expect, test } from '@jest/globals';
import { isNewer } from './resource-version.ts';

const cases: [left: string, right: string, newer: boolean][] = [
  ['2', '1', true],
  ['1', '2', false],
  ['1', '1', false],
  ['10', '9', true],
  ['9', '10', false],
  ['18446744073709551615', '18446744073709551614', true],
  ['opaque', '5', true],
  ['opaque', 'opaque', false],
];
test.each(cases)('%s against %s', (left, right, newer) => {
  expect(isNewer(left, right)).toBe(newer);
});
