import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyedHash } from './keyed-hash.ts';

test('is HMAC-SHA-256, whatever the lengths of key and data', () => {
  const bytes = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength, size: 'max' });
  fc.assert(
    fc.property(bytes(200), bytes(300), (key, data) => {
      expect(keyedHash(key)(data)).toBe(createHmac('sha256', key).update(data).digest('hex'));
    }),
  );
});
