import { compile, type Program } from './compile/program.ts';
import { type MessageView } from './compile/message-fields.ts';
import { explain, Refusal, type ExpressionProblem } from './problem.ts';

/**
 * Evaluates an expression on one message. Throws an EvaluationError, whose text quotes no value, and nothing else.
 * Expressions that must give a bool give true or false. Others give what JSON is made of: integers as numbers where a
 * number holds them and as bigints otherwise, timestamps as RFC 3339, durations as "3.5s", bytes as base64; an
 * InexactNumber that is only passed on stays one. Lists and maps may be parts of the event itself: don't change them.
 */
export type Evaluate = (event: unknown, message: MessageView) => unknown;

export type CompiledExpression =
  { readonly ok: true; readonly evaluate: Evaluate } | { readonly ok: false; readonly problem: ExpressionProblem };

/**
 * Compiles CEL over `event` (the decoded payload: any JSON, where numbers are doubles, bigints ints) and `message`.
 * Every evaluation is bounded: it fails rather than run for more than some tenths of a second.
 *
 * @param expects 'bool' refuses what can never give a bool, and fails on messages where it gives something else
 */
export function compileExpression(source: string, expects: 'bool' | 'any'): CompiledExpression {
  try {
    return { ok: true, evaluate: compile(source, expects === 'bool' ? 'bool' : 'json').run satisfies Program };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: explain(source, error) };
    throw error;
  }
}
