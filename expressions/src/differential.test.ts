import { isCelError, isCelList, isCelMap, isCelUint, run, type CelInput } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EvaluationError } from './evaluation-error.ts';
import { compileExpression } from './expression.ts';

/** Another implementation of CEL must say the same of generated expressions on generated events. */
const RUNS = 2500;

/** Fixed, so that a run that fails fails again; other seeds are for whoever changes the compiler. */
const SEED = 20261123;

const FAILED = Symbol('failed');
const message = { subject: 's', headers: {}, time: 0, sequence: 1, deliveries: 1 };

function ours(source: string, event: unknown): unknown {
  const compiled = compileExpression(source, 'any');
  if (!compiled.ok) throw new Error(compiled.problem.explained);
  try {
    return plain(compiled.evaluate(event, message));
  } catch (error) {
    if (error instanceof EvaluationError) return FAILED;
    throw error;
  }
}

function theirs(source: string, event: unknown): unknown {
  const result = run(source, { event: input(event) }, { funcs: strings });
  return isCelError(result) ? FAILED : plain(result);
}

/** JSON as the other implementation takes it. */
function input(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map(input);
  if (typeof value !== 'object' || value === null) return value as CelInput;
  return new Map(Object.entries(value).map(([key, inner]) => [key, input(inner)]));
}

/** Results of both as the same JSON; a number that JSON lacks counts as a failure, wherever it is. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : FAILED;
  if (typeof value === 'bigint') return Number(value);
  if (isCelUint(value)) return Number(value.value);
  if (isCelList(value) || Array.isArray(value)) return whole(Array.from(value as Iterable<unknown>, plain));
  if (isCelMap(value)) return fromEntries([...value].map(([key, inner]) => [key as string, inner]));
  return typeof value === 'object' && value !== null ? fromEntries(Object.entries(value)) : value;
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  const values = entries.map(([key, inner]) => [key, plain(inner)] as const);
  return values.some(([, inner]) => inner === FAILED) ? FAILED : Object.fromEntries(values);
}

const whole = (values: readonly unknown[]): unknown => (values.includes(FAILED) ? FAILED : values);

const FIELDS = ['a', 'b', 'c', 'd', 'toString'] as const;
const number = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(0.5, -1.25, 1e21, 1e-7, 9007199254740992));
const text = fc.constantFrom('', 'a', 'b', 'ab', 'Ba c', 'é', '"', '${x}');
// No null: the other calls a field that is null absent.
const scalar = fc.oneof(number, text, fc.boolean());
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('map')),
  map: fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 4 }),
}));
const event = fc.record(
  { a: json.value, b: json.value, c: json.value, d: fc.oneof(number, text), l: fc.array(number, { maxLength: 4 }) },
  { requiredKeys: ['l'] },
);

const literalNumber = number.map((value) => {
  const digits = String(Math.abs(value));
  const literal = /[.e]/.test(digits) ? digits.replace('e+', 'e') : `${digits}.0`;
  return value < 0 ? `(-${literal})` : literal;
});
const literalText = text.map((value) => JSON.stringify(value));

/** Expressions by the type they claim, so that only what comes out of an event can be of a wrong one. */
const expression = fc.letrec<Record<'bool' | 'number' | 'text' | 'list' | 'dyn' | 'any', string>>((tie) => {
  const [bool, num, str, list, dyn, any] = [
    tie('bool'),
    tie('number'),
    tie('text'),
    tie('list'),
    tie('dyn'),
    tie('any'),
  ];
  const form =
    (...parts: readonly string[]) =>
    (values: readonly string[]) =>
      parts.map((part, index) => part + (values[index] ?? '')).join('');
  const of = (parts: readonly string[], ...kinds: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...kinds).map(form(...parts));
  const numberOrDyn = fc.oneof(num, dyn);
  const textOrDyn = fc.oneof(str, dyn);
  const boolOrDyn = fc.oneof({ weight: 3, arbitrary: bool }, { weight: 1, arbitrary: dyn });
  const comparison = fc.constantFrom(' < ', ' <= ', ' > ', ' >= ');
  const equality = fc.constantFrom(' == ', ' != ');
  const logic = fc.constantFrom(' && ', ' || ');
  const quantifier = fc.constantFrom('.all(x, ', '.exists(x, ', '.exists_one(x, ');
  const field = fc.constantFrom(...FIELDS);
  return {
    dyn: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      field.map((name) => `event.${name}`),
      field.map((name) => `event["${name}"]`),
      fc.constantFrom('event.l', 'x'),
      of(['', '.'], dyn, field),
      of(['', '[', ']'], dyn, fc.constantFrom('0', '1')),
      of(['dyn(', ')'], any),
    ),
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literalNumber,
      of(['(', '', '', ')'], numberOrDyn, fc.constantFrom(' + ', ' - ', ' * ', ' / '), num),
      of(['(', ' - ', ')'], num, numberOrDyn),
      // Never twice in a row: the other drops pairs of `-` and of `!` unread, and with them the error for a text.
      of(['(-(', ' + 0.0))'], num),
      of(['(', ' ? ', ' : ', ')'], bool, num, numberOrDyn),
      of(['double(size(', '))'], list),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literalText,
      of(['(', ' + ', ')'], str, textOrDyn),
      of(['(', ' + ', ')'], textOrDyn, str),
      of(['string(', ')'], fc.oneof(bool, textOrDyn)),
      of(['', '.lowerAscii()'], str),
      of(['', '.replace(', ', ', ')'], str, fc.constantFrom('"a"', '"ab"'), str),
      of(['', '.trim()'], str),
    ),
    list: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant('event.l'),
      of(['[', ', ', ']'], any, any),
      of(['dyn(', ').map(x, ', ')'], list, any),
      of(['dyn(', ').filter(x, ', ')'], list, boolOrDyn),
      of(['', '.map(x, ', ', ', ')'], dyn, boolOrDyn, fc.constant('x')),
      of(['(', ' + ', ')'], list, dyn),
    ),
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('true', 'false'),
      of(['(', '', '', ')'], numberOrDyn, comparison, num),
      of(['(', '', '', ')'], textOrDyn, comparison, str),
      of(['(', '', '', ')'], dyn, equality, any),
      of(['(', ' == null)'], dyn),
      of(['(', ' in [null, 1.0, "a"])'], dyn),
      of(['(', '', '', ')'], dyn, comparison, dyn),
      of(['(', '', '', ')'], num, equality, numberOrDyn),
      of(['(', '', '', '', '', ')'], boolOrDyn, logic, boolOrDyn, logic, boolOrDyn),
      of(['(', ' ? ', ' : ', ')'], boolOrDyn, bool, boolOrDyn),
      of(['!(', ' && true)'], boolOrDyn),
      of(['has(', '.', ')'], dyn, field),
      // Of what can't be a key, the other says an error where ours, as Go's, says false.
      of(['(', ' in ', ')'], fc.oneof(num, str, bool), dyn),
      of(['(', ' in ["a", "b"])'], dyn),
      of(['(', ' in {"a": 1, "toString": 2})'], str),
      of(['', '', '', ')'], dyn, quantifier, boolOrDyn),
      of(['dyn(', ')', 'x > ', ')'], list, quantifier, num),
      of(['', '', ')'], dyn, fc.constantFrom('.contains("a"', '.startsWith("a"', '.endsWith("b"', '.matches("^a+b?$"')),
      of(['', '.contains(', ')'], str, textOrDyn),
    ),
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(num, str, bool, list, dyn),
      fc.oneof(num, str, bool, list, dyn),
      of(['{"a": ', ', "b": ', '}'], dyn, any),
    ),
  };
}).any;

test('says the same as another implementation of CEL', () => {
  fc.assert(
    fc.property(expression, event, (body, value) => {
      // So that `x` is bound outside of macros too.
      const source = `[dyn(event.l)].map(x, ${body})`;
      fc.pre(source.length < 2000);
      expect(ours(source, value)).toEqual(theirs(source, value));
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 120_000);
