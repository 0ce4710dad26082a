import { expect, test } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['seconds', '3', 3_000],
  ['none', '0', 0],
  ['hours: ten minutes', '7200', 600_000],
  ['a number beyond all measure', '9999999999', 600_000],
  ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['a date in the past', 'Wed, 31 Dec 2025 00:00:30 GMT', 0],
  ['a far date', 'Fri, 02 Jan 2026 00:00:30 GMT', 600_000],
  ['the first of several', ['1', '5'], 1_000],
  ['nothing', undefined, undefined],
  ['an empty text', '', undefined],
  ['a text', 'soon', undefined],
])('%s', (_name, header, expected) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(expected);
});
