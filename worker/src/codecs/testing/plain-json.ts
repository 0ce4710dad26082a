/** A number that neither a double nor a 64-bit integer holds, as it was written. */
export class PlainNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** JSON with nothing of JavaScript's in the way: objects are maps. */
export type Plain = null | boolean | number | bigint | string | PlainNumber | readonly Plain[] | PlainMap;
export type PlainMap = ReadonlyMap<string, Plain>;

export type PlainDecoded =
  | { readonly ok: true; readonly value: Plain }
  | { readonly ok: false; readonly what: 'utf8' | 'json' | 'deep' | 'twice' };

const MAX_DEPTH = 256;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORDS: readonly (readonly [string, Plain])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** For tests: reads JSON character by character, as its grammar has it; slow and plain. */
export function parsePlain(payload: Uint8Array): PlainDecoded {
  const text = utf8(payload);
  if (text === undefined) return { ok: false, what: 'utf8' };
  const reader = new Reader(text);
  const value = reader.document();
  if (value === undefined) return { ok: false, what: 'json' };
  if (reader.deepest > MAX_DEPTH) return { ok: false, what: 'deep' };
  return reader.hasKeyTwice ? { ok: false, what: 'twice' } : { ok: true, value };
}

function utf8(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload).toString('utf8');
  if (!Buffer.from(text).equals(payload)) return undefined;
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

class Reader {
  deepest = 0;
  hasKeyTwice = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined for what is no JSON. */
  document(): Plain | undefined {
    const value = this.#value(0);
    this.#blanks();
    return this.#at === this.#text.length ? value : undefined;
  }

  #value(depth: number): Plain | undefined {
    this.#blanks();
    if (this.#take('[')) return this.#list(depth + 1);
    if (this.#take('{')) return this.#map(depth + 1);
    for (const [word, value] of WORDS) if (this.#take(word)) return value;
    const number = this.#match(NUMBER);
    return number === undefined ? this.#string() : plainNumber(number);
  }

  #list(depth: number): Plain | undefined {
    this.deepest = Math.max(this.deepest, depth);
    const items: Plain[] = [];
    this.#blanks();
    if (this.#take(']')) return items;
    for (;;) {
      const item = this.#value(depth);
      if (item === undefined) return undefined;
      items.push(item);
      this.#blanks();
      if (this.#take(']')) return items;
      if (!this.#take(',')) return undefined;
    }
  }

  #map(depth: number): Plain | undefined {
    this.deepest = Math.max(this.deepest, depth);
    const entries = new Map<string, Plain>();
    this.#blanks();
    if (this.#take('}')) return entries;
    for (;;) {
      this.#blanks();
      const key = this.#string();
      this.#blanks();
      const value = key !== undefined && this.#take(':') ? this.#value(depth) : undefined;
      if (key === undefined || value === undefined) return undefined;
      if (entries.has(key)) this.hasKeyTwice = true;
      entries.set(key, value);
      this.#blanks();
      if (this.#take('}')) return entries;
      if (!this.#take(',')) return undefined;
    }
  }

  #string(): string | undefined {
    const text = this.#match(STRING);
    return text === undefined ? undefined : (JSON.parse(text) as string);
  }

  #blanks(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #take(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function plainNumber(source: string): Plain {
  const double = Number(source);
  if (Number.isFinite(double) && isSameDecimal(source, String(double))) return double;
  if (!/^-?\d+$/.test(source)) return new PlainNumber(source);
  const integer = BigInt(source);
  return BigInt.asIntN(64, integer) === integer ? integer : new PlainNumber(source);
}

/** Both as whole numbers of the smaller of their last digits. */
function isSameDecimal(a: string, b: string): boolean {
  const [x, y] = [decimalOf(a), decimalOf(b)];
  if (x.digits === 0n || y.digits === 0n) return x.digits === y.digits;
  const least = Math.min(x.exponent, y.exponent);
  // Far apart, and both of few digits: they can't be the same.
  if (Math.max(x.exponent, y.exponent) - least > a.length + b.length) return false;
  return x.digits * 10n ** BigInt(x.exponent - least) === y.digits * 10n ** BigInt(y.exponent - least);
}

function decimalOf(number: string): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction || '0'), exponent: Number(exponent) - fraction.length };
}

/** For tests: JSON with every number as exact as it came. */
export function writePlain(value: Plain): string {
  if (value instanceof PlainNumber) return value.source;
  if (value instanceof Map) {
    const entries = [...(value as PlainMap)].map(([key, inner]) => `${JSON.stringify(key)}:${writePlain(inner)}`);
    return `{${entries.join(',')}}`;
  }
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map(writePlain).join(',')}]`;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
