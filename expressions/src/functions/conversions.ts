import { fail } from '../evaluation-error.ts';
import { burn } from '../runtime/budget.ts';
import { Duration, formatDuration, isDurationInRange, NANOS_PER_SECOND, parseDuration } from '../values/duration.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { formatTimestamp, isTimestampInRange, parseTimestamp, Timestamp } from '../values/timestamp.ts';
import { TypeValue } from '../values/type-value.ts';
import { MAX_INT, MAX_UINT, MIN_INT, Uint } from '../values/uint.ts';
import { overload } from './overload.ts';

const same = <T>(value: T): T => value;

/** From one type to another; what doesn't fit fails and is never rounded to fit, but int(double) drops decimals. */
export const conversions = [
  overload('int(int): int', same),
  overload('int(uint): int', (value: Uint) => int(value.$value)),
  overload('int(double): int', intFromDouble),
  overload('int(string): int', (text: string) => int(wholeNumber(text))),
  overload('int(timestamp): int', (time: Timestamp) => floorSeconds(time.$nanos)),
  overload('int(duration): int', (span: Duration) => span.$nanos / NANOS_PER_SECOND),
  overload('uint(uint): uint', same),
  overload('uint(int): uint', uint),
  overload('uint(double): uint', (value: number) => uint(intFromDouble(value, 2 ** 64))),
  overload('uint(string): uint', (text: string) => uint(wholeNumber(text))),
  overload('double(double): double', same),
  overload('double(int): double', Number),
  overload('double(uint): double', (value: Uint) => Number(value.$value)),
  overload('double(string): double', doubleFromText),
  overload('bool(bool): bool', same),
  overload('bool(string): bool', boolFromText),
  overload('string(string): string', same),
  overload('string(bool): string', String),
  overload('string(int): string', String),
  overload('string(uint): string', (value: Uint) => String(value.$value)),
  overload('string(double): string', String),
  overload('string(bytes): string', textFromBytes),
  overload('string(timestamp): string', formatTimestamp),
  overload('string(duration): string', formatDuration),
  overload('bytes(bytes): bytes', same),
  overload('bytes(string): bytes', bytesFromText),
  overload('timestamp(timestamp): timestamp', same),
  overload('timestamp(string): timestamp', timestampFromText),
  overload('timestamp(int): timestamp', timestampFromSeconds),
  overload('duration(duration): duration', same),
  overload('duration(string): duration', durationFromText),
  overload('duration(int): duration', durationFromSeconds),
  overload('type(any): type', typeOf),
];

export function timestampFromText(text: string): Timestamp {
  return parseTimestamp(text) ?? fail('the text is no timestamp: write it like 2026-01-31T12:00:00Z');
}

export function durationFromText(text: string): Duration {
  return parseDuration(text) ?? fail('the text is no duration: write it like 1h30m or 2.5s');
}

function timestampFromSeconds(seconds: bigint): Timestamp {
  const nanos = seconds * NANOS_PER_SECOND;
  return isTimestampInRange(nanos) ? new Timestamp(nanos) : fail('the timestamp is out of range');
}

function durationFromSeconds(seconds: bigint): Duration {
  const nanos = seconds * NANOS_PER_SECOND;
  return isDurationInRange(nanos) ? new Duration(nanos) : fail('the duration is out of range');
}

/** Towards the past, also before 1970. */
function floorSeconds(nanos: bigint): bigint {
  const below = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  return (nanos - below) / NANOS_PER_SECOND;
}

function intFromDouble(value: number, limit = 2 ** 63): bigint {
  if (!(Math.abs(value) < limit)) fail('the number is out of range for an integer');
  return BigInt(Math.trunc(value));
}

function int(value: bigint): bigint {
  return value <= MAX_INT && value >= MIN_INT ? value : fail('the number is out of range for an int');
}

function uint(value: bigint): Uint {
  return value <= MAX_UINT && value >= 0n ? new Uint(value) : fail('the number is out of range for a uint');
}

function wholeNumber(text: string): bigint {
  if (text.length > 40 || !/^[+-]?\d+$/.test(text)) fail('the text is no whole number');
  return text.startsWith('+') ? BigInt(text.slice(1)) : BigInt(text);
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['+Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function doubleFromText(text: string): number {
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  if (text.length > 400 || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) fail('the text is no number');
  return Number(text);
}

function boolFromText(text: string): boolean {
  if (['true', 'True', 'TRUE', 't', '1'].includes(text)) return true;
  if (['false', 'False', 'FALSE', 'f', '0'].includes(text)) return false;
  return fail('the text is neither true nor false');
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textFromBytes(bytes: Uint8Array): string {
  burn(bytes.length >> 5);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return fail('the bytes are no UTF-8');
  }
}

function bytesFromText(text: string): Uint8Array {
  burn(text.length >> 5);
  return text.isWellFormed() ? new TextEncoder().encode(text) : fail('the text holds half a character');
}

function typeOf(value: unknown): TypeValue {
  const kind = kindOf(value);
  return kind === 'inexact' ? fail(`can't use ${spoken(kind)}`) : new TypeValue(kind);
}
