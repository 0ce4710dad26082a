import { describe, expect, test } from '@jest/globals';
import { InexactNumber } from '@streamjob/expressions';
import { encodeJson } from './encode-json.ts';
import { decodeJson } from './json.ts';
import { MAX_DEPTH } from './json-shape.ts';

const MEGABYTE = 1024 * 1024;
const decodeText = (text: string) => decodeJson(Buffer.from(text));
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

function valueOf(text: string): unknown {
  const decoded = decodeText(text);
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value;
}

describe('decodeJson refuses', () => {
  const utf8 = 'the payload is not valid UTF-8';
  const json = 'the payload is not valid JSON';
  const deep = `the payload nests deeper than ${MAX_DEPTH} levels`;
  const twice = 'an object in the payload has the same key twice';
  const cases: Record<string, { payload: string | Uint8Array; error: string }> = {
    'no bytes': { payload: '', error: json },
    'blanks only': { payload: ' \n', error: json },
    'a lone byte of UTF-8': { payload: Uint8Array.of(0x22, 0xc3, 0x22), error: utf8 },
    'an overlong slash': { payload: Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), error: utf8 },
    'a surrogate in UTF-8': { payload: Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), error: utf8 },
    'UTF-16': { payload: Buffer.from('\ufeff{}', 'utf16le'), error: utf8 },
    'a raw control character': { payload: '"a\u0000b"', error: json },
    'a trailing comma': { payload: '{"a":1,}', error: json },
    'two values': { payload: '1 2', error: json },
    NaN: { payload: 'NaN', error: json },
    'a leading zero': { payload: '012', error: json },
    'a megabyte of open brackets': { payload: '['.repeat(MEGABYTE), error: json },
    'a megabyte of nesting': { payload: nested(MEGABYTE / 2), error: deep },
    'one level too many': { payload: nested(MAX_DEPTH + 1), error: deep },
    'objects too deep': { payload: '{"a":'.repeat(MAX_DEPTH + 1) + '1' + '}'.repeat(MAX_DEPTH + 1), error: deep },
    'a key twice': { payload: '{"a":1,"a":1}', error: twice },
    'a key twice, once escaped': { payload: '{"a":1,"\\u0061":2}', error: twice },
    'a key twice, deep inside': { payload: '[{"b":{"a":1,"c":":","a":2}}]', error: twice },
    '__proto__ twice': { payload: '{"__proto__":1,"__proto__":2}', error: twice },
  };
  test.each(Object.entries(cases))('%s', (_name, { payload, error }) => {
    expect(decodeJson(Buffer.from(payload))).toEqual({ ok: false, error });
  });

  test('without quoting the payload', () => {
    for (const payload of ['{"secret":hunter2}', '"hunter2', '{"hunter2":1,"hunter2":2}']) {
      expect(JSON.stringify(decodeText(payload))).not.toContain('hunter2');
    }
  });
});

describe('decodeJson reads', () => {
  const cases: Record<string, { text: string; value: unknown }> = {
    'a scalar': { text: '"x"', value: 'x' },
    null: { text: ' null ', value: null },
    'a byte order mark': { text: '\ufeff{"a":1}', value: { a: 1 } },
    'colons, quotes and backslashes in texts': {
      text: '{"a:\\"":"b:\\\\","c":"\\\\\\":{"}',
      value: { 'a:"': 'b:\\', c: '\\":{' },
    },
    'an escaped lone surrogate': { text: '"\\ud800"', value: '\ud800' },
    'the deepest nesting': { text: nested(MAX_DEPTH), value: JSON.parse(nested(MAX_DEPTH)) },
    'the same key in two objects': { text: '[{"a":1},{"a":2}]', value: [{ a: 1 }, { a: 2 }] },
    'digits in a text': { text: '"9007199254740993"', value: '9007199254740993' },
  };
  test.each(Object.entries(cases))('%s', (_name, { text, value }) => {
    expect(decodeText(text)).toEqual({ ok: true, value, inexact: false });
  });

  test('__proto__ as a property like any other', () => {
    const value = valueOf('{"__proto__":{"admin":true},"a":1}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__', 'a']);
    expect('admin' in value).toBe(false);
  });

  test('a large payload', () => {
    const items = Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'x'.repeat(30) }));
    expect(valueOf(JSON.stringify(items))).toEqual(items);
  });
});

describe('numbers', () => {
  const inexact = (source: string) => new InexactNumber(source);
  const cases: Record<string, { text: string; value: unknown }> = {
    'a short one': { text: '0.1', value: 0.1 },
    'an exponent that a double holds': { text: '1.5E+3', value: 1500 },
    'seventeen digits that a double holds': { text: '0.30000000000000004', value: 0.30000000000000004 },
    'a large power of two': { text: '9007199254740992', value: 9007199254740992 },
    'trailing zeros': { text: '1.00000000000000000000', value: 1 },
    zero: { text: '0.00000000000000000000e5', value: 0 },
    'an integer next to the largest safe one': { text: '9007199254740993', value: 9007199254740993n },
    'the smallest 64-bit integer': { text: '-9223372036854775808', value: -9223372036854775808n },
    'the largest 64-bit integer': { text: '9223372036854775807', value: 9223372036854775807n },
    'an integer beyond 64 bits': { text: '9223372036854775809', value: inexact('9223372036854775809') },
    'too many digits': { text: '0.1234567890123456789', value: inexact('0.1234567890123456789') },
    'an integer and a little': { text: '5.0000000000000000001', value: inexact('5.0000000000000000001') },
    'beyond the largest double': { text: '1e400', value: inexact('1e400') },
    'the smallest double': { text: '5e-324', value: 5e-324 },
    'between the smallest doubles': { text: '7e-324', value: inexact('7e-324') },
    'below the smallest double': { text: '-1E-400', value: inexact('-1E-400') },
  };
  test.each(Object.entries(cases))('%s', (_name, { text, value }) => {
    const decoded = decodeText(`{"n":[${text}],"other":1}`);
    expect(decoded).toMatchObject({ ok: true, value: { n: [value], other: 1 } });
    if (!decoded.ok) return;
    expect(decoded.inexact).toBe(typeof value !== 'number');
    if (decoded.inexact) expect(String(encodeJson(decoded))).toBe(`{"n":[${text}],"other":1}`);
  });

  test('beside texts that are not ASCII, hostile keys and a byte order mark', () => {
    const decoded = decodeText('\ufeff{"ü✈":"😀","__proto__":[9007199254740993,"9007199254740993",1e400],"x":1}');
    expect(decoded.ok && String(encodeJson(decoded))).toBe(
      '{"ü✈":"😀","__proto__":[9007199254740993,"9007199254740993",1e400],"x":1}',
    );
  });

  test('a megabyte of digits takes no longer than it must', () => {
    const digits = `1${'0'.repeat(MEGABYTE)}1`;
    expect(valueOf(digits)).toEqual(inexact(digits));
  });
});
