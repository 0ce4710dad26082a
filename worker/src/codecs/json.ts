import { type Decoded } from './decoded.ts';
import { holdsLongNumber, parseKeepingNumbers } from './json-numbers.ts';
import { scanJson } from './json-scan.ts';
import { MAX_DEPTH, countKeys } from './json-shape.ts';

const NOT_UTF8: Decoded = { ok: false, error: 'the payload is not valid UTF-8' };
const NOT_JSON: Decoded = { ok: false, error: 'the payload is not valid JSON' };
const TOO_DEEP: Decoded = { ok: false, error: `the payload nests deeper than ${MAX_DEPTH} levels` };
const DUPLICATE_KEY: Decoded = { ok: false, error: 'an object in the payload has the same key twice' };

// A leading byte order mark is left out: RFC 8259 lets a parser ignore it, and some producers write it.
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON so that the event and the bytes say the same: invalid UTF-8, an object with a key twice (parsers differ
 * in which one they take, so a check or a redaction of one could let the other pass) and nesting beyond `MAX_DEPTH`
 * are refused. Numbers that a double can't hold come as BigInt (64-bit integers) or InexactNumber (all others).
 * A `__proto__` key is a property like any other.
 */
export function decodeJson(payload: Uint8Array): Decoded {
  const text = decodeUtf8(payload);
  if (text === undefined) return NOT_UTF8;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
  const keys = countKeys(value);
  if (keys === undefined) return TOO_DEEP;
  const { members, suspects } = scanJson(payload);
  if (members !== keys) return DUPLICATE_KEY;
  if (suspects.length === 0 || !holdsLongNumber(payload, suspects)) return { ok: true, value, inexact: false };
  return { ok: true, value: parseKeepingNumbers(text), inexact: true };
}

function decodeUtf8(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload);
  } catch {
    return undefined;
  }
}
