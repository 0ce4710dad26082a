import { code } from './code.ts';
import { enrich } from './enrich.ts';
import { filter } from './filter.ts';
import { map } from './map.ts';
import { redact } from './redact.ts';
import { type StepKind } from './step.ts';
import { validate } from './validate.ts';

export { expressionProblem } from './expression-problem.ts';
export {
  type Apply,
  type CompiledStep,
  type EventShape,
  type StepContext,
  type StepKind,
  type StepResources,
  type StepResult,
} from './step.ts';

/** Every kind of step. */
export const steps: readonly StepKind[] = [validate, filter, map, redact, enrich, code];
