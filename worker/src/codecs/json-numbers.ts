import { InexactNumber } from '@streamjob/expressions';
import { int64, isHeldExactly } from './exact-double.ts';
import { type Span } from './json-scan.ts';

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
  return int64(source) ?? new InexactNumber(source);
}
