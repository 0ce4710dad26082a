import { fail } from '../evaluation-error.ts';
import { Duration, formatDuration } from '../values/duration.ts';
import { InexactNumber } from '../values/inexact-number.ts';
import { isPlainMap, kindOf, spoken, type PlainMap } from '../values/kind.ts';
import { KeyedMap } from '../values/keyed-map.ts';
import { formatTimestamp, Timestamp } from '../values/timestamp.ts';
import { Uint } from '../values/uint.ts';
import { burn } from './budget.ts';

/** What looking at one value takes, in turns of a macro. */
const UNITS_PER_VALUE = 8;

/**
 * An expression's result as what JSON is made of. Integers become numbers, or stay bigints where a number would round;
 * timestamps become RFC 3339, durations "3.5s", bytes base64, other keys texts. Parts that need no change are the same
 * objects as in the event. NaN, infinities and types have no JSON and fail.
 */
export function output(value: unknown): unknown {
  burn(UNITS_PER_VALUE);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : fail('the expression gave NaN or an infinite number, which JSON lacks');
  }
  if (typeof value === 'bigint') return integer(value);
  return typeof value === 'object' && value !== null ? outputObject(value) : value;
}

function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function outputObject(value: object): unknown {
  if (Array.isArray(value)) return outputList(value);
  if (isPlainMap(value)) return outputMap(value);
  if (value instanceof InexactNumber) return value;
  if (value instanceof Uint) return integer(value.$value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof KeyedMap) return outputKeyed(value);
  return fail(`the expression gave ${spoken(kindOf(value))}, which JSON lacks`);
}

function outputList(list: readonly unknown[]): readonly unknown[] {
  const changed = list.map(output);
  return changed.some((value, index) => value !== list[index]) ? changed : list;
}

function outputMap(map: PlainMap): PlainMap {
  const entries = Object.entries(map).map(([key, value]) => [key, output(value)] as const);
  return entries.some(([key, value]) => value !== map[key]) ? Object.fromEntries(entries) : map;
}

function outputKeyed(map: KeyedMap): object {
  return Object.fromEntries([...map.$entries.values()].map(([key, value]) => [keyText(key), output(value)]));
}

function keyText(key: unknown): string {
  return String(key instanceof Uint ? key.$value : key);
}
