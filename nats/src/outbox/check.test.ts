import { describe, expect, test } from '@jest/globals';
import { headerBlock } from '../messages/headers.ts';
import { checkPublication } from './check.ts';

const payload = new Uint8Array(10);

describe('checkPublication', () => {
  test.each(['a', 'a.b', 'a.b-c_d=%2E', 'a.**', 'a.b*', 'ü.✓', '$JS.x', 'a'.repeat(3800)])(
    'takes the subject %s',
    (subject) => {
      expect(checkPublication({ subject, payload }, 100)).toBe(0);
    },
  );

  test.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '*',
    '>',
    'a.*',
    'a.*.b',
    'a.>',
    'a b',
    'a\r\nPUB x',
    'a\tb',
    'a\0',
    'ü'.repeat(1901),
  ])('refuses the subject %j', (subject) => {
    expect(checkPublication({ subject, payload }, 100)).toEqual({ kind: 'invalid', part: 'subject' });
  });

  test('refuses headers that would break the frame', () => {
    const checked = checkPublication({ subject: 'a', payload, headers: [['A', 'x\r\nB: y']] }, 100);
    expect(checked).toEqual({ kind: 'invalid', part: 'header' });
  });

  test.each([
    { limit: 10, ok: true },
    { limit: 9, ok: false },
  ])('counts the payload against $limit', ({ limit, ok }) => {
    const tooLarge = { kind: 'too-large', size: 10, limit };
    expect(checkPublication({ subject: 'a', payload }, limit)).toEqual(ok ? 0 : tooLarge);
  });

  test('counts the headers too', () => {
    const headers = [['Nats-Msg-Id', 'ü']] as const;
    const block = headerBlock(headers);
    const size = 10 + Buffer.byteLength(block);
    expect(checkPublication({ subject: 'a', payload, headers }, size)).toBe(Buffer.byteLength(block));
    expect(checkPublication({ subject: 'a', payload, headers }, size - 1)).toEqual({
      kind: 'too-large',
      size,
      limit: size - 1,
    });
  });

  test('sends no header block for no headers', () => {
    expect(checkPublication({ subject: 'a', payload, headers: [] }, 100)).toBe(0);
  });
});
