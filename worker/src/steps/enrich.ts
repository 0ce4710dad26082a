import { type ResolvedStep } from '@streamjob/crds';
import { compileExpression, EvaluationError, type Evaluate } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';
import { type Lookup, type LookupAnswer } from '../lookups/index.ts';
import { expressionProblem } from './expression-problem.ts';
import { keyText } from './key-text.ts';
import { isJsonObject, type JsonObject } from './record.ts';
import { DROPPED, failed, UNCHANGED, type Apply, type CompiledStep, type StepKind, type StepResult } from './step.ts';
import { withField } from './with-field.ts';
import { BlockedField } from './write-fields.ts';

type EnrichSpec = Extract<ResolvedStep, { enrich: unknown }>['enrich'];
type Write = (event: DecodedEvent, value: unknown, inexact: boolean) => StepResult;

/** Adds what is known of a key: at once where it is in memory. */
export const enrich: StepKind = (step, { path, resources }): CompiledStep | undefined => {
  if (!('enrich' in step)) return undefined;
  const compiled = compileExpression(step.enrich.key, 'any');
  if (!compiled.ok) return { ok: false, problems: [expressionProblem(`${path}.enrich.key`, compiled.problem)] };
  const lookup = resources?.lookup(step);
  return { ok: true, apply: lookup === undefined ? refuseToRun : enrichWith(step.enrich, compiled.evaluate, lookup) };
};

function refuseToRun(): never {
  throw new Error('the manifest was only checked');
}

function enrichWith(spec: EnrichSpec, evaluate: Evaluate, lookup: Lookup): Apply {
  const resultOf = resultsFor(spec);
  const failure = (error: string): StepResult =>
    spec.onError === 'Drop' ? DROPPED : failed('ExpressionFailed', error);
  return (event, message) => {
    if (!isJsonObject(event.value)) return failed('NotAnObject', 'enrich needs an event that is an object');
    let key: string | undefined;
    try {
      key = keyText(evaluate(event.value, message));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return failure(error.message);
    }
    if (key === undefined) return failure('the key must be a text that is not empty, an int or a bool');
    const answer = lookup.get(key);
    return answer instanceof Promise ? answer.then((later) => resultOf(event, later)) : resultOf(event, answer);
  };
}

function resultsFor({
  into,
  onMissing,
  onError,
}: EnrichSpec): (event: DecodedEvent, answer: LookupAnswer) => StepResult {
  const write = writeTo(into);
  return (event, answer) => {
    switch (answer.kind) {
      case 'found':
        return write(event, answer.value, answer.inexact);
      case 'missing':
        return missing(onMissing, event, write);
      case 'failed':
        return onError === 'Drop' ? DROPPED : failed('LookupFailed', answer.error);
      case 'unavailable':
        return { ...answer, kind: 'retry' };
    }
  };
}

function missing(onMissing: EnrichSpec['onMissing'], event: DecodedEvent, write: Write): StepResult {
  switch (onMissing) {
    case 'DeadLetter':
      return failed('LookupMissing', 'nothing is known of the key');
    case 'Drop':
      return DROPPED;
    case 'Null':
      return write(event, null, false);
    case 'Pass':
      return UNCHANGED;
  }
}

function writeTo(field: string): Write {
  const names = field.split('.');
  return (event, value, inexact) => {
    const written = withField(event.value as JsonObject, names, value);
    if (written instanceof BlockedField)
      return failed('NotAnObject', `${written.field} is not an object, so nothing can be set inside it`);
    return { kind: 'changed', event: { value: written, inexact: event.inexact || inexact } };
  };
}
