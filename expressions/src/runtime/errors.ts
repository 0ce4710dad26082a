import { EvaluationError, ExhaustedError, fail } from '../evaluation-error.ts';
import { positionOf } from '../problem.ts';
import { kindOf, spoken } from '../values/kind.ts';
import { burn, exhausted } from './budget.ts';

/** What making, throwing and catching an error takes, in turns of a macro. */
const UNITS_PER_ERROR = 50;

/** What `&&`, `||`, `all` and `exists` may swallow when another operand decides; throws everything else. */
export function absorb(error: unknown): EvaluationError {
  if (!(error instanceof EvaluationError) || error instanceof ExhaustedError) throw error;
  burn(UNITS_PER_ERROR, error.at);
  return error;
}

/** Whatever was thrown as an EvaluationError whose text tells the place in the expression. */
export function located(error: unknown, source: string, offset: number): EvaluationError {
  const known = error instanceof EvaluationError ? error : foreign(error);
  if (known.at === undefined) return known;
  const { line, column } = positionOf(source, offset + known.at);
  known.message += source.includes('\n') ? ` (line ${line}, column ${column})` : ` (column ${column})`;
  known.at = undefined;
  return known;
}

/** The engine's own refusals: the stack is full, a text too long. Its texts may quote values. */
function foreign(error: unknown): EvaluationError {
  if (error instanceof RangeError) return exhausted('the message is nested too deeply or too large for the expression');
  return exhausted('the message holds a value that expressions can’t read');
}

/** Gives an error that a function threw the place of the call. */
export function placed(error: unknown, at: number): unknown {
  if (error instanceof EvaluationError) error.at ??= at;
  return error;
}

/** A bool, or an error. */
export function bool(value: unknown, at: number): boolean {
  if (typeof value === 'boolean') return value;
  return fail(`needs a bool, found ${spoken(kindOf(value))}`, at);
}

/** The bool that a filter gives, or an error. */
export function boolResult(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  return fail(`the expression gave ${spoken(kindOf(value))}, not a bool`);
}
