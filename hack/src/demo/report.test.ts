import { describe, expect, test } from '@jest/globals';
import { nothingExpected } from './expected.ts';
import { verdict, type Outcome } from './report.ts';

const nothing = { found: 0, missing: 0, doubled: 0, wrong: 0 };

function outcome(fields: Partial<Outcome> = {}): Outcome {
  const expected = { ...nothingExpected(), published: 10, filtered: 8, damaged: 1 };
  expected.results.delays.set('a', { subject: 'delays.X', event: {} });
  const delays = { ...nothing, found: 1 };
  const deadLetters = new Map([['Invalid', 1]]);
  return { expected, published: 10, filtered: 8, delays, alerts: nothing, deadLetters, seconds: 2, ...fields };
}

describe('verdict', () => {
  const cases: Record<string, [Partial<Outcome>, boolean]> = {
    'all there': [{}, true],
    'one result missing': [{ delays: { ...nothing, missing: 1 } }, false],
    'one result twice': [{ delays: { ...nothing, found: 1, doubled: 1 } }, false],
    'one result with another content': [{ delays: { ...nothing, found: 1, wrong: 1 } }, false],
    'a dead letter too few': [{ deadLetters: new Map() }, false],
    'a message that no worker counted as filtered': [{ filtered: 7 }, false],
  };
  test.each(Object.entries(cases))('%s', (_name, [fields, ok]) => {
    expect(verdict(outcome(fields)).ok).toBe(ok);
  });

  test('tells the rate', () => {
    expect(verdict(outcome()).text).toContain('5 messages a second');
  });
});
