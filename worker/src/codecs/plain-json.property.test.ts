import { InexactNumber } from '@streamjob/expressions';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeJson } from './encode-json.ts';
import { decodeJson } from './json.ts';
import { PlainNumber, parsePlain, writePlain, type Plain, type PlainDecoded } from './testing/plain-json.ts';

const SEED = 20261123;

/** What was decoded, in the plain parser's words. */
function plain(value: unknown): Plain {
  if (value instanceof InexactNumber) return new PlainNumber(value.source);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value as Plain;
  return new Map(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const ERRORS: Readonly<Record<string, Extract<PlainDecoded, { ok: false }>['what']>> = {
  'the payload is not valid UTF-8': 'utf8',
  'the payload is not valid JSON': 'json',
  'the payload nests deeper than 256 levels': 'deep',
  'an object in the payload has the same key twice': 'twice',
};

function decoded(payload: Uint8Array): unknown {
  const result = decodeJson(payload);
  return result.ok ? { ok: true, value: plain(result.value) } : { ok: false, what: ERRORS[result.error] };
}

const digits = fc.string({
  unit: fc.integer({ min: 0, max: 9 }).map(String),
  minLength: 1,
  maxLength: 25,
  size: 'max',
});
const number = fc.oneof(
  fc.tuple(fc.constantFrom('', '-'), digits).map(([sign, whole]) => sign + whole),
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.tuple(digits, fc.integer({ min: -420, max: 420 })).map(([whole, exponent]) => `${whole}e${exponent}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.constantFrom('-0', '0e5', '1E+2', '01', '1.', '.5', '-', '1e', '0x1', 'NaN', '1e999999', '1e-999999'),
);
const key = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"__proto__"', '"1"', '""', '"\\ud800"', '"é"', 'a', '"a:\\"{"');
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u00e9"', '"\\uD83D\\uDE00"', '"\\x"', '"\\', '"\t"', '"12345678901234567890"', "'a'"),
);
const blank = fc.constantFrom('', '', '', ' ', '\n\t', '\r', '\u00a0');

/** Texts that are JSON, or nearly. */
const nearlyJson = fc.letrec<{ value: string; list: string; map: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: number },
    { weight: 3, arbitrary: text },
    { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', 'nul', '') },
    { weight: 3, arbitrary: tie('list') },
    { weight: 4, arbitrary: tie('map') },
  ),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 4 }), blank)
    .map(([items, gap]) => `[${items.join(`${gap},`)}${gap}]`),
  map: fc
    .tuple(fc.array(fc.tuple(key, blank, tie('value')), { maxLength: 4 }), blank)
    .map(([entries, gap]) => `{${gap}${entries.map(([name, space, value]) => `${name}${space}:${value}`).join(',')}}`),
})).value;

const deep = fc
  .tuple(fc.integer({ min: 250, max: 260 }), fc.constantFrom(['[', ']'], ['{"a":', '}']))
  .map(([depth, [open = '', close = '']]) => open.repeat(depth) + '1' + close.repeat(depth));

const payload = fc.oneof(
  { weight: 8, arbitrary: nearlyJson.map((source) => Buffer.from(source)) },
  { weight: 1, arbitrary: deep.map((source) => Buffer.from(source)) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => Buffer.from(`\ufeff${JSON.stringify(value)}`)) },
  {
    weight: 2,
    arbitrary: fc.tuple(nearlyJson, fc.nat(50), fc.nat(255)).map(([source, at, byte]) => {
      const bytes = Buffer.from(source);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    }),
  },
);

test('a payload is read as a slow and plain parser reads it, digit by digit', () => {
  fc.assert(
    fc.property(payload, (bytes) => {
      expect(decoded(bytes)).toEqual(parsePlain(bytes));
    }),
    { numRuns: 2000, seed: SEED },
  );
});

test('what is valid to JSON.parse is valid here, unless it is too deep or has a key twice', () => {
  fc.assert(
    fc.property(nearlyJson, (source) => {
      const result = decodeJson(Buffer.from(source));
      let parsed: unknown;
      try {
        parsed = JSON.parse(source);
      } catch {
        expect(result).toEqual({ ok: false, error: 'the payload is not valid JSON' });
        return;
      }
      if (result.ok && !result.inexact) expect(result.value).toEqual(parsed);
      else if (!result.ok) expect(ERRORS[result.error]).toMatch(/deep|twice/);
    }),
    { numRuns: 2000, seed: SEED },
  );
});

test('what was read is written with the same digits', () => {
  fc.assert(
    fc.property(payload, (bytes) => {
      const result = decodeJson(bytes);
      const reference = parsePlain(bytes);
      if (!result.ok || !reference.ok) return;
      expect(parsePlain(encodeJson(result))).toEqual(parsePlain(Buffer.from(writePlain(reference.value))));
    }),
    { numRuns: 1000, seed: SEED },
  );
});
