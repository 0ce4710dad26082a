import { expect, test } from '@jest/globals';
import { letter } from '../dead-letters/testing/letter.ts';
import { letterText, lettersTable, reasonsTable } from './letter-text.ts';

test('a list, in columns', () => {
  expect(lettersTable([letter(), letter({ payloadOmitted: true, step: 'x', deliveries: 12 })], false)).toBe(
    `TIME                  ID                      JOB                  STEP OR SINK  REASON            SOURCE     DELIVERIES  SIZE
2025-11-23T03:19:25Z  QkC0w6y1vT8xJr2nLm4pZA  flights/long-delays  late          ExpressionFailed  FLIGHTS:7  1           291
2025-11-23T03:19:25Z  QkC0w6y1vT8xJr2nLm4pZA  flights/long-delays  x             ExpressionFailed  FLIGHTS:7  12          by reference
`,
  );
});

test('counts, the largest first', () => {
  const reasons = new Map([
    ['Invalid', 3],
    ['Undecodable', 1200],
  ]);
  expect(reasonsTable(reasons, 1203)).toBe(
    'REASON       COUNT\nUndecodable  1,200\nInvalid      3\nall          1,203\n',
  );
});

test('one with everything that it carries, of which nothing acts upon the terminal', () => {
  const text = letterText({
    letter: letter({ error: 'bad\x1b[2J' }),
    headers: [['tenant', 'a\x07\nforged: header']],
    payload: Buffer.from('{"a":\n"\x1b[31m\u202e"}'),
    gone: false,
  });
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(text).toContain('  tenant: a\\u0007\\nforged: header\n');
  expect(text).toContain('Payload (17 bytes)\n{"a":\n"\\u001b[31m\\u202e"}\n');
});

test('a payload that is no text comes in base 64, one that is gone is told', () => {
  const shown = { letter: letter(), headers: [] };
  expect(letterText({ ...shown, payload: new Uint8Array([255, 0]), gone: false })).toContain('in base 64)\n/wA=\n');
  expect(letterText({ ...shown, gone: true })).toContain('no longer in the source stream');
});
