import { InexactNumber } from '@streamjob/expressions';
import { type Span } from './json-scan.ts';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const INT64_SYNTAX = /^-?\d{1,19}$/;

/** A double keeps so many significant digits, whichever they are, of every number of its normal range. */
const DOUBLE_DIGITS = 15;
const SMALLEST_NORMAL = 2 ** -1022;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

// The library types of TypeScript 6 don't know the third argument of a reviver yet.
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Whether one of the spans holds a number that a double can't. */
export function holdsLongNumber({ buffer, byteOffset, byteLength }: Uint8Array, suspects: readonly Span[]): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return suspects.some(({ start, end }) => !isHeldExactly(bytes.toString('latin1', start, end)));
}

/** Parses JSON, keeping the numbers that a double can't hold. It takes six times as long as parsing without. */
export function parseKeepingNumbers(text: string): unknown {
  return parse(text, (_key, value, { source }) =>
    typeof value !== 'number' || source === undefined || isHeldExactly(source) ? value : keep(source),
  );
}

function keep(source: string): bigint | InexactNumber {
  if (!INT64_SYNTAX.test(source)) return new InexactNumber(source);
  const integer = BigInt(source);
  return integer >= MIN_INT64 && integer <= MAX_INT64 ? integer : new InexactNumber(source);
}

/** Whether the double nearest to a JSON number is written back as the same decimal value. */
export function isHeldExactly(source: string): boolean {
  const value = Number(source);
  if (!Number.isFinite(value)) return false;
  if (source.length <= DOUBLE_DIGITS && Math.abs(value) >= SMALLEST_NORMAL) return true;
  return decimalForm(source) === decimalForm(String(value));
}

/** Significant digits and the power of ten of the last of them, so that 1.50e3 and 1500 are the same: "15e2". */
function decimalForm(number: string): string {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let start = digits.startsWith('-') ? 1 : 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  const power = Number(exponent) - fraction.length + (digits.length - end);
  return `${digits.startsWith('-') ? '-' : ''}${digits.slice(start, end)}e${power}`;
}
