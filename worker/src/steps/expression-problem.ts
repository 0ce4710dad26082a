import { type Problem } from '@streamjob/crds';
import { type ExpressionProblem } from '@streamjob/expressions';

/** A refused expression, as a problem of the field that holds it. */
export function expressionProblem(path: string, { message, line, column }: ExpressionProblem): Problem {
  return { path, message, line, column };
}
