import { describe, expect, test } from '@jest/globals';
import { decodeJson } from '../codecs/json.ts';
import { applyStep, exact, problemsOf } from './testing/apply-step.ts';

const SCHEMA = {
  type: 'object',
  required: ['origin', 'delay'],
  properties: { origin: { type: 'string', pattern: '^[A-Z]{3}$' }, delay: { type: 'number', maximum: 1e300 } },
};
const step = (schema: Record<string, unknown> = SCHEMA, onInvalid: 'DeadLetter' | 'Drop' = 'DeadLetter') => ({
  name: 'well-formed',
  validate: { schema, onInvalid },
});

describe('validate', () => {
  const cases: Record<string, { event: unknown; kind: string }> = {
    valid: { event: { origin: 'SEA', delay: 3, more: [] }, kind: 'unchanged' },
    'a missing field': { event: { origin: 'SEA' }, kind: 'failed' },
    'another type': { event: { origin: 'SEA', delay: '3' }, kind: 'failed' },
    'a pattern that does not match': { event: { origin: 'hunter2', delay: 3 }, kind: 'failed' },
    'no object': { event: 'hunter2', kind: 'failed' },
    null: { event: null, kind: 'failed' },
  };
  test.each(Object.entries(cases))('%s', (_name, { event, kind }) => {
    const result = applyStep(step(), exact(event));
    expect(result.kind).toBe(kind);
    if (result.kind === 'failed') expect(result.reason).toBe('Invalid');
    expect(JSON.stringify(result)).not.toContain('hunter2');
    if (kind === 'failed') expect(applyStep(step(SCHEMA, 'Drop'), exact(event))).toEqual({ kind: 'dropped' });
  });

  const numbers: Record<string, { number: string; schema: Record<string, unknown>; kind: string }> = {
    'a large integer is an integer': { number: '9007199254740993', schema: { type: 'integer' }, kind: 'unchanged' },
    'a large integer has bounds': { number: '9007199254740993', schema: { maximum: 5 }, kind: 'failed' },
    'many digits are a number': { number: '0.1234567890123456789', schema: { type: 'number' }, kind: 'unchanged' },
    'beyond doubles is a number': { number: '1e400', schema: { type: 'number', minimum: 1 }, kind: 'unchanged' },
    'beyond doubles has bounds': { number: '-1e400', schema: { type: 'number', minimum: 1 }, kind: 'failed' },
  };
  test.each(Object.entries(numbers))('%s', (_name, { number, schema, kind }) => {
    const event = decodeJson(Buffer.from(`{"n":[${number}]}`));
    if (!event.ok) throw new Error(event.error);
    const properties = { n: { type: 'array', items: schema } };
    expect(applyStep(step({ type: 'object', properties }), event).kind).toBe(kind);
  });

  test('a text has a schema too', () => {
    expect(applyStep(step({ type: 'string', maxLength: 2 }), exact('abc'), { shape: 'Text' }).kind).toBe('failed');
  });

  test('bad schemas and Bytes events are problems', () => {
    expect(problemsOf(step({ type: 'nothing' }))[0]?.path).toMatch(/^spec\.steps\[2]\.validate\.schema/);
    expect(problemsOf(step(), { shape: 'Bytes' })).toEqual([
      { path: 'spec.steps[2].validate', message: 'a schema has no type for Bytes events' },
    ]);
  });
});
