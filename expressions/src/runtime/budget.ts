import { ExhaustedError, withoutStack } from '../evaluation-error.ts';

/**
 * How much one evaluation may do: one unit is about one turn of a macro, or 32 characters of text looked at. Nested
 * macros take the product of their lists' lengths, and `[x + x].map(y, [y + y].map(…))` doubles at every level, so
 * without this a small expression could hold a worker for hours. Far above what honest expressions take: some tenths of
 * a second.
 */
const UNITS = 10_000_000;

/** Longer texts are refused: a replace or a join could otherwise multiply its input. */
const MAX_TEXT_LENGTH = 16_777_216;

// One evaluation at a time: they are synchronous and never nest.
let left = 0;

export function refill(): void {
  left = UNITS;
}

/** Throws an ExhaustedError when the evaluation has used up its units. */
export function burn(units: number, at?: number): void {
  left -= units;
  if (left < 0) throw exhausted('the expression takes too much work on this message', at);
}

export function checkTextLength(length: number): void {
  if (length > MAX_TEXT_LENGTH) throw exhausted('the expression makes too long a text of this message');
}

export function exhausted(message: string, at?: number): ExhaustedError {
  return withoutStack(() => new ExhaustedError(message, at));
}
