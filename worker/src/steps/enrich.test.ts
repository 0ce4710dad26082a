import { describe, expect, test } from '@jest/globals';
import { type ResolvedStep } from '@streamjob/crds';
import { type DecodedEvent } from '../codecs/index.ts';
import { type LookupAnswer } from '../lookups/index.ts';
import { type StepResources, type StepResult } from './step.ts';
import { applyOf, applyStep, exact, MESSAGE, problemsOf } from './testing/apply-step.ts';

type Enrich = Extract<ResolvedStep, { enrich: unknown }>['enrich'];
const found = (value: unknown, inexact = false): LookupAnswer => ({ kind: 'found', value, inexact });

const step = (change: Partial<Omit<Enrich, 'kv' | 'http'>> = {}): ResolvedStep => ({
  name: 'customer',
  enrich: {
    key: 'event.id',
    into: 'customer',
    kv: { bucket: 'B', maxBytes: 1 },
    format: 'Json',
    onMissing: 'DeadLetter',
    onError: 'DeadLetter',
    ...change,
  },
});

/** Resources with one lookup, which answers the same for every key; and the keys that were asked for. */
function answering(answer: LookupAnswer | Promise<LookupAnswer>): { resources: StepResources; keys: string[] } {
  const keys: string[] = [];
  const get = (key: string): typeof answer => {
    keys.push(key);
    return answer;
  };
  const resources: StepResources = {
    lookup: () => ({ get, close: () => Promise.resolve() }),
    module: () => {
      throw new Error('no module');
    },
  };
  return { resources, keys };
}

function enriched(answer: LookupAnswer, event: DecodedEvent, change: Parameters<typeof step>[0] = {}): StepResult {
  return applyStep(step(change), event, answering(answer));
}

describe('the key', () => {
  test.each<[string, unknown, string]>([
    ['a text', '42', '42'],
    ['a whole number', 42, '42'],
    ['a negative one', -7, '-7'],
    ['minus nothing', -0, '0'],
    ['a number that JavaScript rounds', 9007199254740993n, '9007199254740993'],
    ['a large number', 1e21, '1000000000000000000000'],
    ['a bool', false, 'false'],
    ['another script', 'ü 😀', 'ü 😀'],
  ])('may be %s', (_name, id, key) => {
    const { resources, keys } = answering(found(1));
    expect(applyStep(step(), { value: { id }, inexact: true }, { resources }).kind).toBe('changed');
    expect(keys).toEqual([key]);
  });

  test.each<[string, unknown]>([
    ['an empty text', ''],
    ['a fraction', 1.5],
    ['null', null],
    ['a list', ['a']],
    ['an object', {}],
  ])('may not be %s', (_name, id) => {
    const { resources, keys } = answering(found(1));
    const error = 'the key must be a text that is not empty, an int or a bool';
    expect(applyStep(step(), exact({ id }), { resources })).toEqual({
      kind: 'failed',
      reason: 'ExpressionFailed',
      error,
    });
    expect(applyStep(step({ onError: 'Drop' }), exact({ id }), { resources })).toEqual({ kind: 'dropped' });
    expect(keys).toEqual([]);
  });

  test('may be made of event and message', () => {
    const { resources, keys } = answering(found(1));
    applyStep(step({ key: "message.subject + '.' + event.id" }), exact({ id: 'a' }), { resources });
    expect(keys).toEqual(['flights.SEA.a']);
  });

  test('fails where a field is missing, and the error quotes no event', () => {
    const result = enriched(found(1), exact({ secret: 'hunter2' }));
    expect(result).toMatchObject({ kind: 'failed', reason: 'ExpressionFailed' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(enriched(found(1), exact({}), { onError: 'Drop' })).toEqual({ kind: 'dropped' });
  });

  test('a bad expression is a problem at its place', () => {
    expect(problemsOf(step({ key: 'event.id +' }))).toMatchObject([{ path: 'spec.steps[2].enrich.key', line: 1 }]);
  });
});

describe('what is found', () => {
  test.each<[string, string, unknown, unknown]>([
    ['a field', 'customer', { id: 'a' }, { id: 'a', customer: 1 }],
    ['a field that is there', 'id', { id: 'a' }, { id: 1 }],
    ['a field inside', 'a.b', { id: 'a', a: { c: 2 } }, { id: 'a', a: { c: 2, b: 1 } }],
    ['a field inside nothing', 'a.b', { id: 'a' }, { id: 'a', a: { b: 1 } }],
    ['a field inside null', 'a.b', { id: 'a', a: null }, { id: 'a', a: { b: 1 } }],
  ])('goes into %s', (_name, into, event, value) => {
    const before = structuredClone(event);
    expect(enriched(found(1), exact(event), { into })).toEqual({ kind: 'changed', event: { value, inexact: false } });
    expect(event).toEqual(before);
  });

  test('does not go inside what is no object', () => {
    const error = 'id is not an object, so nothing can be set inside it';
    expect(enriched(found(1), exact({ id: 'a' }), { into: 'id.b' })).toEqual({
      kind: 'failed',
      reason: 'NotAnObject',
      error,
    });
  });

  test('keeps numbers exact', () => {
    const result = enriched(found({ n: 9007199254740993n }, true), exact({ id: 'a' }));
    expect(result).toEqual({
      kind: 'changed',
      event: { value: { id: 'a', customer: { n: 9007199254740993n } }, inexact: true },
    });
  });

  test('needs an event that is an object', () => {
    expect(enriched(found(1), exact([1]), { key: "'a'" })).toMatchObject({ kind: 'failed', reason: 'NotAnObject' });
  });
});

describe('what is not found', () => {
  test.each<[Enrich['onMissing'], StepResult]>([
    ['DeadLetter', { kind: 'failed', reason: 'LookupMissing', error: 'nothing is known of the key' }],
    ['Drop', { kind: 'dropped' }],
    ['Null', { kind: 'changed', event: { value: { id: 'a', customer: null }, inexact: false } }],
    ['Pass', { kind: 'unchanged' }],
  ])('%s', (onMissing, expected) => {
    expect(enriched({ kind: 'missing' }, exact({ id: 'a' }), { onMissing })).toEqual(expected);
  });

  test('a value that can’t be read is the message’s failure', () => {
    const answer: LookupAnswer = { kind: 'failed', error: 'fixed' };
    const event = exact({ id: 'a' });
    expect(enriched(answer, event)).toEqual({ kind: 'failed', reason: 'LookupFailed', error: 'fixed' });
    expect(enriched(answer, event, { onError: 'Drop' })).toEqual({ kind: 'dropped' });
  });

  test('when nobody can tell, the message is tried again', () => {
    const answer: LookupAnswer = {
      kind: 'unavailable',
      reason: 'LookupUnreachable',
      code: 'HTTP 429',
      retryAfterMs: 3_000,
    };
    const expected = { kind: 'retry', reason: 'LookupUnreachable', code: 'HTTP 429', retryAfterMs: 3_000 };
    expect(enriched(answer, exact({ id: 'a' }), { onError: 'Drop', onMissing: 'Drop' })).toEqual(expected);
  });
});

test('answers later when the lookup does', async () => {
  const { resources } = answering(Promise.resolve(found(1)));
  const result = applyOf(step(), { resources })(exact({ id: 'a' }), MESSAGE);
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toEqual({ kind: 'changed', event: { value: { id: 'a', customer: 1 }, inexact: false } });
});
