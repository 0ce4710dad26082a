import { InexactNumber } from '@streamjob/expressions';
import { mapValues } from './record.ts';

/**
 * A copy of an event for a validator that knows doubles only: every number that a double can't hold is replaced by the
 * nearest one, so that it is a number to the schema. A bound is exact up to that rounding; the event itself keeps every
 * digit.
 */
export function nearestDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof InexactNumber) return finite(Number(value.source));
  return mapValues(value, nearestDoubles);
}

/** To a validator, 1e400 is a large number and not no number. */
function finite(number: number): number {
  return Math.min(Math.max(number, -Number.MAX_VALUE), Number.MAX_VALUE);
}
