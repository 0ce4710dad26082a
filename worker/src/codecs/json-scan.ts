const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const LOWER_E = 0x65;
const TO_LOWER = 0x20;

/** Every number of at most 15 characters without an exponent is held exactly by a double. */
const SAFE_NUMBER_LENGTH = 15;

/** Where something stands in a payload, in bytes; `end` is the first one after it. */
export type Span = { readonly start: number; readonly end: number };

export type JsonScan = {
  /** How many `key: value` pairs are written, keys that are written twice counted twice. */
  readonly members: number;
  /** Numbers so long, or with an exponent, that a double might not hold them; in the payload's order. */
  readonly suspects: readonly Span[];
};

const NONE: readonly Span[] = [];

/**
 * One pass over the bytes of a payload that JSON.parse has accepted: it tells what the parsed value can't. It costs
 * about a fifth of the parse, so it takes nothing apart that it doesn't need.
 */
export function scanJson(bytes: Uint8Array): JsonScan {
  let members = 0;
  let suspects: Span[] | undefined;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at++] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COLON) members++;
    else if (byte >= MINUS && byte <= NINE) {
      const start = at - 1;
      at = endOfNumber(bytes, at);
      if (at - start > SAFE_NUMBER_LENGTH || hasExponent(bytes, start, at)) (suspects ??= []).push({ start, end: at });
    }
  }
  return { members, suspects: suspects ?? NONE };
}

function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at++];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) at++;
  }
  return at;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while (belongsToNumber(bytes[at] ?? 0)) at++;
  return at;
}

function belongsToNumber(byte: number): boolean {
  return (byte >= PLUS && byte <= NINE && byte !== COMMA) || (byte | TO_LOWER) === LOWER_E;
}

function hasExponent(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (((bytes[at] ?? 0) | TO_LOWER) === LOWER_E) return true;
  return false;
}
