import { isDeepStrictEqual } from 'node:util';
import { compile } from '../../compile/program.ts';
import { type MessageView } from '../../compile/message-fields.ts';
import { EvaluationError } from '../../evaluation-error.ts';
import { Refusal } from '../../problem.ts';
import { asEventFields } from './bindings.ts';
import { expectationOf, type SpecCase } from './cases.ts';
import { fromSpec } from './values.ts';

/** What became of an expression: refused before any message was there, failed on the event, or a value. */
export type Told =
  { readonly kind: 'refused' | 'error'; readonly text: string } | { readonly kind: 'value'; readonly value: unknown };

const MESSAGE: MessageView = { subject: 's', headers: {}, time: 0, sequence: 1, deliveries: 1 };

/** For tests: runs a case, with its bindings as the fields of the event. */
export function run({ test }: SpecCase): Told {
  const event = Object.fromEntries(Object.entries(test.bindings).map(([name, bound]) => [name, bindingOf(bound)]));
  try {
    const source = asEventFields(test.expr, new Set(Object.keys(event)));
    return { kind: 'value', value: compile(source, 'value').run(event, MESSAGE) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', text: error.message };
    if (error instanceof EvaluationError) return { kind: 'error', text: error.message };
    throw error;
  }
}

function bindingOf({ kind }: SpecCase['test']['bindings'][string]): unknown {
  if (kind.case !== 'value') throw new TypeError('a binding that is no value');
  return fromSpec(kind.value);
}

/** For tests: whether what was told is what the case expects. What can never have a value may be refused beforehand. */
export function isRight(specCase: SpecCase, told: Told): boolean {
  const expected = expectationOf(specCase);
  if (expected?.kind !== 'value') return told.kind !== 'value';
  return told.kind === 'value' && isDeepStrictEqual(told.value, fromSpec(expected.value));
}
