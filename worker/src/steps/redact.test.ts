import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { InexactNumber } from '@streamjob/expressions';
import { applyStep, exact, KEY, problemsOf } from './testing/apply-step.ts';

type Way = 'Remove' | 'Mask' | 'Hash';

const step = (way: Way, fields = ['card.number', 'tailNumber'], keySecretName = 'pii-key') => ({
  name: 'privacy',
  redact: { fields, with: way, ...(way === 'Hash' && { keySecretName }) },
});
const hmac = (text: string) => createHmac('sha256', KEY).update(text).digest('hex');
const event = { tailNumber: 'N1', card: { number: 4111, holder: 'x' }, other: [1] };

describe('redact', () => {
  const cases: Record<Way, unknown> = {
    Remove: { card: { holder: 'x' }, other: [1] },
    Mask: { tailNumber: '***', card: { number: '***', holder: 'x' }, other: [1] },
    Hash: { tailNumber: hmac('N1'), card: { number: hmac('4111'), holder: 'x' }, other: [1] },
  };
  test.each(Object.entries(cases))('%s', (way, value) => {
    expect(applyStep(step(way as Way), exact(event))).toEqual({ kind: 'changed', event: exact(value) });
  });

  const hashed: Record<string, { value: unknown; text: string }> = {
    'a text': { value: 'ü', text: 'ü' },
    'an empty text': { value: '', text: '' },
    'a number': { value: 1.5, text: '1.5' },
    'a large integer': { value: 9007199254740993n, text: '9007199254740993' },
    'an inexact number': { value: new InexactNumber('1e400'), text: '1e400' },
    null: { value: null, text: 'null' },
    'a list': { value: ['a', 1], text: '["a",1]' },
    'an object': { value: { a: 1 }, text: '{"a":1}' },
  };
  test.each(Object.entries(hashed))('hashes %s', (_name, { value, text }) => {
    expect(applyStep(step('Hash', ['f']), { value: { f: value }, inexact: true })).toEqual({
      kind: 'changed',
      event: { value: { f: hmac(text) }, inexact: true },
    });
  });

  test('leaves an event without such fields as it is', () => {
    expect(applyStep(step('Hash'), exact({ a: 1 }))).toEqual({ kind: 'unchanged' });
    expect(applyStep(step('Mask'), exact('tailNumber'))).toEqual({ kind: 'unchanged' });
  });

  const problems: Record<
    string,
    { problem: ReturnType<typeof problemsOf>[number]; found: ReturnType<typeof problemsOf> }
  > = {
    'no such Secret': {
      found: problemsOf(step('Hash', ['a'], 'other')),
      problem: {
        path: 'spec.steps[2].redact.keySecretName',
        message: 'Secret other has no entry `key`, or an empty one',
      },
    },
    'an empty key': {
      found: problemsOf(step('Hash'), { secret: () => new Uint8Array() }),
      problem: {
        path: 'spec.steps[2].redact.keySecretName',
        message: 'Secret pii-key has no entry `key`, or an empty one',
      },
    },
    'Text events': {
      found: problemsOf(step('Mask'), { shape: 'Text' }),
      problem: { path: 'spec.steps[2].redact', message: 'Text events have no fields; a map step can give them some' },
    },
  };
  test.each(Object.entries(problems))('refuses %s', (_name, { found, problem }) => {
    expect(found).toEqual([problem]);
  });
});
