import { fail } from '../evaluation-error.ts';
import { Duration, isDurationInRange } from '../values/duration.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { isTimestampInRange, Timestamp } from '../values/timestamp.ts';
import { MAX_INT, MAX_UINT, MIN_INT, Uint } from '../values/uint.ts';
import { burn, checkTextLength } from './budget.ts';

export function add(a: unknown, b: unknown, at: number): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return joined(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    burn(a.length + b.length, at);
    return [...(a as unknown[]), ...(b as unknown[])];
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    burn((a.length + b.length) >> 3, at);
    return new Uint8Array(Buffer.concat([a, b]));
  }
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.$nanos + b.$nanos, at);
  if (a instanceof Duration && b instanceof Timestamp) return timestamp(a.$nanos + b.$nanos, at);
  if (a instanceof Duration && b instanceof Duration) return duration(a.$nanos + b.$nanos, at);
  return numeric('+', a, b, at);
}

export function subtract(a: unknown, b: unknown, at: number): unknown {
  if (a instanceof Timestamp && b instanceof Timestamp) return duration(a.$nanos - b.$nanos, at);
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.$nanos - b.$nanos, at);
  if (a instanceof Duration && b instanceof Duration) return duration(a.$nanos - b.$nanos, at);
  return numeric('-', a, b, at);
}

export const multiply = (a: unknown, b: unknown, at: number): unknown => numeric('*', a, b, at);
export const divide = (a: unknown, b: unknown, at: number): unknown => numeric('/', a, b, at);
export const remainder = (a: unknown, b: unknown, at: number): unknown => numeric('%', a, b, at);

export function negate(value: unknown, at: number): number | bigint {
  if (typeof value === 'number') return -value;
  if (typeof value === 'bigint') return int(-value, at);
  return fail(`can't apply - to ${spoken(kindOf(value))}`, at);
}

export function not(value: unknown, at: number): boolean {
  if (typeof value === 'boolean') return !value;
  return fail(`can't apply ! to ${spoken(kindOf(value))}`, at);
}

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

function numeric(operator: ArithmeticOperator, a: unknown, b: unknown, at: number): number | bigint | Uint {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int(whole(operator, a, b, at), at);
  if (a instanceof Uint && b instanceof Uint) return uint(whole(operator, a.$value, b.$value, at), at);
  // A JSON number is a double, so `event.price * 2` mixes; the result is a double, as the text's "2" is exactly one.
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [asDouble(a, at), asDouble(b, at)];
    if (x !== undefined && y !== undefined) return real(operator, x, y);
  }
  return fail(`can't apply ${operator} to ${spoken(kindOf(a))} and ${spoken(kindOf(b))}`, at);
}

function whole(operator: ArithmeticOperator, a: bigint, b: bigint, at: number): bigint {
  if (b === 0n && (operator === '/' || operator === '%')) {
    fail(operator === '/' ? 'division by zero' : 'remainder of a division by zero', at);
  }
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

function real(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

/** The double that equals a number; an integer that no double equals is refused, not rounded. */
function asDouble(value: unknown, at: number): number | undefined {
  if (typeof value === 'number') return value;
  const integer = value instanceof Uint ? value.$value : value;
  if (typeof integer !== 'bigint') return undefined;
  const double = Number(integer);
  if (BigInt(double) !== integer) fail('the int is too large to calculate with a double: convert one of them', at);
  return double;
}

function int(value: bigint, at: number): bigint {
  return value <= MAX_INT && value >= MIN_INT ? value : fail('int overflow', at);
}

function uint(value: bigint, at: number): Uint {
  return value <= MAX_UINT && value >= 0n ? new Uint(value) : fail('uint overflow', at);
}

function timestamp(nanos: bigint, at: number): Timestamp {
  return isTimestampInRange(nanos) ? new Timestamp(nanos) : fail('the timestamp is out of range', at);
}

function duration(nanos: bigint, at: number): Duration {
  return isDurationInRange(nanos) ? new Duration(nanos) : fail('the duration is out of range', at);
}

function joined(a: string, b: string): string {
  burn((a.length + b.length) >> 5);
  checkTextLength(a.length + b.length);
  return a + b;
}
