import { type Problem, type ResolvedStep } from '@streamjob/crds';
import { compileExpression, EvaluationError, type Evaluate, type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';
import { expressionProblem } from './expression-problem.ts';
import { fieldTree } from './field-tree.ts';
import { holdsInexact } from './holds-inexact.ts';
import { isJsonObject, REMOVED, type JsonObject } from './record.ts';
import { rewriteFields } from './rewrite-fields.ts';
import { failed, UNCHANGED, type Apply, type CompiledStep, type StepContext, type StepKind } from './step.ts';
import { BlockedField, writeFields } from './write-fields.ts';

type MapSpec = Extract<ResolvedStep, { map: unknown }>['map'];
type Assignment = { readonly field: string; readonly evaluate: Evaluate };
type Values = { readonly ok: true; readonly values: readonly unknown[]; readonly inexact: boolean };
type NoValues = { readonly ok: false; readonly error: string };

/** Writes and removes fields; on Text and Bytes events it begins with an empty object. */
export const map: StepKind = (step, context) => ('map' in step ? compileMap(step.map, context) : undefined);

function compileMap({ set, remove }: MapSpec, { path, shape }: StepContext): CompiledStep {
  const assignments: Assignment[] = [];
  const problems: Problem[] = [];
  for (const [field, source] of Object.entries(set)) {
    const compiled = compileExpression(source, 'any');
    if (compiled.ok) assignments.push({ field, evaluate: compiled.evaluate });
    else problems.push(expressionProblem(`${path}.map.set.${field}`, compiled.problem));
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, apply: mapWith(assignments, remove, shape === 'Json'), gives: 'Json' };
}

function mapWith(assignments: readonly Assignment[], remove: readonly string[], hasFields: boolean): Apply {
  const removals = fieldTree(remove.map((field) => [field, () => REMOVED] as const));
  const slots = fieldTree(assignments.map(({ field }, slot) => [field, slot] as const));
  return (event, message) => {
    const start = hasFields ? event.value : {};
    if (!isJsonObject(start)) return failed('NotAnObject', 'map needs an event that is an object');
    const results = evaluateAll(assignments, event, message);
    if (!results.ok) return failed('ExpressionFailed', results.error);
    const left = rewriteFields(start, removals) as JsonObject;
    const written = writeFields(left, slots, results.values);
    if (written instanceof BlockedField) {
      return failed('NotAnObject', `${written.field} is not an object, so nothing can be set inside it`);
    }
    if (written === event.value) return UNCHANGED;
    return { kind: 'changed', event: { value: written, inexact: event.inexact || results.inexact } };
  };
}

/** Every expression reads the event as it came into the step, so their order doesn't matter. */
function evaluateAll(assignments: readonly Assignment[], event: DecodedEvent, message: MessageView): Values | NoValues {
  const values: unknown[] = [];
  let inexact = false;
  for (const { field, evaluate } of assignments) {
    try {
      const value = evaluate(event.value, message);
      inexact ||= holdsInexact(value);
      values.push(value);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return { ok: false, error: `${field}: ${error.message}` };
    }
  }
  return { ok: true, values, inexact };
}
