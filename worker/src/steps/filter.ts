import { compileExpression, EvaluationError } from '@streamjob/expressions';
import { expressionProblem } from './expression-problem.ts';
import { DROPPED, failed, FILTERED, UNCHANGED, type StepKind } from './step.ts';

/** Keeps the messages for which an expression is true. */
export const filter: StepKind = (step, { path }) => {
  if (!('filter' in step)) return undefined;
  const { expression, onError } = step.filter;
  const compiled = compileExpression(expression, 'bool');
  if (!compiled.ok) {
    return { ok: false, problems: [expressionProblem(`${path}.filter.expression`, compiled.problem)] };
  }
  const { evaluate } = compiled;
  return {
    ok: true,
    apply: (event, message) => {
      try {
        return evaluate(event.value, message) === true ? UNCHANGED : FILTERED;
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        return onError === 'Drop' ? DROPPED : failed('ExpressionFailed', error.message);
      }
    },
  };
};
