import { describe, expect, test } from '@jest/globals';
import { applyStep, exact, problemsOf } from './testing/apply-step.ts';

const step = (expression: string, onError: 'DeadLetter' | 'Drop' = 'DeadLetter') => ({
  name: 'late',
  filter: { expression, onError },
});

describe('filter', () => {
  const cases: Record<string, { expression: string; event: unknown; kind: string }> = {
    true: { expression: 'event.delay > 60', event: { delay: 61 }, kind: 'unchanged' },
    false: { expression: 'event.delay > 60', event: { delay: 60 }, kind: 'filtered' },
    'a missing field': { expression: 'event.delay > 60', event: {}, kind: 'failed' },
    'a field of another type': { expression: 'event.delay > 60', event: { delay: 'late' }, kind: 'failed' },
    'not a bool': { expression: 'event.delay', event: { delay: 1 }, kind: 'failed' },
    'an event that is no object': { expression: 'event.delay > 60', event: null, kind: 'failed' },
    'the message': { expression: "message.subject.startsWith('flights.')", event: 1, kind: 'unchanged' },
  };
  test.each(Object.entries(cases))('%s', (_name, { expression, event, kind }) => {
    const result = applyStep(step(expression), exact(event));
    expect(result.kind).toBe(kind);
    if (result.kind === 'failed') expect(result.reason).toBe('ExpressionFailed');
  });

  test('drops what fails where the manifest says so', () => {
    expect(applyStep(step('event.delay > 60', 'Drop'), exact({}))).toEqual({ kind: 'dropped' });
  });

  test('an error text never quotes the event', () => {
    const result = applyStep(step('event.delay > 60'), exact({ delay: 'hunter2' }));
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('reads Text and Bytes events', () => {
    expect(applyStep(step("event.contains('b')"), exact('abc'), { shape: 'Text' }).kind).toBe('unchanged');
    expect(applyStep(step('size(event) == 2'), exact(Uint8Array.of(1, 2)), { shape: 'Bytes' }).kind).toBe('unchanged');
  });

  test('a bad expression is a problem at its place', () => {
    expect(problemsOf(step('event.delay >'))).toMatchObject([{ path: 'spec.steps[2].filter.expression', line: 1 }]);
  });
});
