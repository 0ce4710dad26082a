import { type Problem, type ResolvedStep } from '@streamjob/crds';
import { type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../../codecs/index.ts';
import { steps } from '../index.ts';
import { type Apply, type CompiledStep, type StepContext, type StepResult } from '../step.ts';

/** For tests: a message that an expression may look at. */
export const MESSAGE: MessageView = {
  subject: 'flights.SEA',
  headers: { 'Content-Type': 'application/json' },
  time: 1_763_867_965_123,
  sequence: 7,
  deliveries: 1,
};

export const KEY = Buffer.from('a key');

/** For tests: compiles a step as the third of a Json job, whose only Secret is `pii-key`. */
export function compiled(step: ResolvedStep, context: Partial<StepContext> = {}): CompiledStep {
  const secret = (name: string): Uint8Array | undefined => (name === 'pii-key' ? KEY : undefined);
  for (const kind of steps) {
    const result = kind(step, {
      path: 'spec.steps[2]',
      shape: 'Json',
      secret,
      configMapText: () => undefined,
      ...context,
    });
    if (result !== undefined) return result;
  }
  throw new Error('no such step');
}

export function problemsOf(step: ResolvedStep, context: Partial<StepContext> = {}): readonly Problem[] {
  const result = compiled(step, context);
  return result.ok ? [] : result.problems;
}

export function applyOf(step: ResolvedStep, context: Partial<StepContext> = {}): Apply {
  const result = compiled(step, context);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.apply;
}

/** For tests: applies a step once to an event, given as a value of plain doubles or decoded. */
export function applyStep(step: ResolvedStep, event: DecodedEvent, context: Partial<StepContext> = {}): StepResult {
  const result = applyOf(step, context)(event, MESSAGE);
  if (result instanceof Promise) throw new Error('the step needs time');
  return result;
}

export const exact = (value: unknown): DecodedEvent => ({ value, inexact: false });
