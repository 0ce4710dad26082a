import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeJson } from './encode-json.ts';
import { decodeJson } from './json.ts';
import { isHeldExactly } from './exact-double.ts';

const decode = (payload: Uint8Array) => decodeJson(payload);

test('whatever the bytes, decoding gives an event or a fixed text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      const decoded = decode(payload);
      return decoded.ok || decoded.error.length > 0;
    }),
  );
});

test('what is written as JSON is read as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(decode(Buffer.from(JSON.stringify(value)))).toEqual({
        ok: true,
        value: JSON.parse(JSON.stringify(value)) as unknown,
        inexact: false,
      });
    }),
  );
});

test('every 64-bit integer comes back digit by digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
      const decoded = decode(Buffer.from(`[${integer.toString()}]`));
      expect(decoded.ok && String(encodeJson(decoded))).toBe(`[${integer.toString()}]`);
    }),
  );
});

test('every double is held exactly as it is written', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isHeldExactly(String(value))));
});
