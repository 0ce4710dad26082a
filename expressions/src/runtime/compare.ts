import { fail } from '../evaluation-error.ts';
import { Duration } from '../values/duration.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Uint } from '../values/uint.ts';
import { burn } from './budget.ts';

export const less = (a: unknown, b: unknown, at: number): boolean => order(a, b, '<', at) < 0;
export const lessOrEqual = (a: unknown, b: unknown, at: number): boolean => order(a, b, '<=', at) <= 0;
export const greater = (a: unknown, b: unknown, at: number): boolean => order(a, b, '>', at) > 0;
export const greaterOrEqual = (a: unknown, b: unknown, at: number): boolean => order(a, b, '>=', at) >= 0;

/** Below, equal to or above zero; NaN when the two have no order (NaN itself). Numbers compare exactly. */
export function order(a: unknown, b: unknown, operator: string, at?: number): number {
  if (isNumeric(a) && isNumeric(b)) return byValue(numericValue(a), numericValue(b));
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return byValue(a.$nanos, b.$nanos);
  if (a instanceof Duration && b instanceof Duration) return byValue(a.$nanos, b.$nanos);
  return fail(`can't apply ${operator} to ${spoken(kindOf(a))} and ${spoken(kindOf(b))}`, at);
}

export type Numeric = number | bigint | Uint;

export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint;
}

export function numericValue(value: Numeric): number | bigint {
  return value instanceof Uint ? value.$value : value;
}

function byValue(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a >= b ? 0 : NaN;
}

/** By code points, as CEL has it: JavaScript's own order puts U+10000 and above before U+E000. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  burn(length >> 5);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for the code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
