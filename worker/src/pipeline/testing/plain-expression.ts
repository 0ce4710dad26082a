import fc from 'fast-check';
import { PlainNumber, type Plain, type PlainMap } from '../../codecs/testing/plain-json.ts';
import { type SourceMessage } from '../types.ts';

/** The expression has no value for this message. */
export class NoValue extends Error {}

/** For tests: an expression as a manifest has it, and what it means, in plain JavaScript. Throws NoValue. */
export type PlainExpression = {
  readonly cel: string;
  readonly value: (event: Plain, message: SourceMessage) => Plain;
};

/** Few names, some more often than others, so that paths meet what lies at them. */
export const fieldName = fc.oneof(
  { weight: 4, arbitrary: fc.constant('a') },
  { weight: 3, arbitrary: fc.constant('b') },
  { weight: 1, arbitrary: fc.constantFrom('c', '__proto__', 'toString') },
);

const fail = (): never => {
  throw new NoValue();
};
const isMap = (value: Plain): value is PlainMap => value instanceof Map;
const isNumber = (value: Plain): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function field(of: Plain, name: string): Plain {
  return isMap(of) && of.has(name) ? (of.get(name) as Plain) : fail();
}

function bool(value: Plain): boolean {
  return typeof value === 'boolean' ? value : fail();
}

/** As `string(…)` has it, and as templates write values. */
export function textOf(value: Plain): string {
  if (typeof value === 'string' || typeof value === 'boolean' || isNumber(value)) return String(value);
  return fail();
}

function sizeOf(value: Plain): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (isMap(value)) return value.size;
  return Array.isArray(value) ? value.length : fail();
}

function items(value: Plain): readonly Plain[] {
  if (isMap(value)) return [...value.keys()];
  return Array.isArray(value) ? (value as readonly Plain[]) : fail();
}

/** With a literal that is a text, a bool or a number. */
function equals(value: Plain, literal: Plain): boolean {
  if (value instanceof PlainNumber) return fail();
  // JavaScript orders numbers and bigints by value.
  return isNumber(value) && isNumber(literal) ? value >= literal && value <= literal : value === literal;
}

function valueOrNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

/** What decides wins over what fails, on either side. */
function logic(decides: boolean, terms: readonly (() => Plain)[]): boolean {
  const values = terms.map((term) => valueOrNone(() => bool(term())));
  if (values.includes(decides)) return decides;
  return values.includes(undefined) ? fail() : !decides;
}

const literals = fc.constantFrom<readonly [cel: string, value: Plain]>(
  ['"LAX"', 'LAX'],
  ['""', ''],
  ['true', true],
  ['1.0', 1],
  ['2', 2],
  ['0.5', 0.5],
);

type Kinds = Record<'field' | 'comparison' | 'bool' | 'text' | 'any', PlainExpression>;
type Tie = fc.LetrecTypedTie<Kinds>;

function fields(tie: Tie): fc.Arbitrary<PlainExpression> {
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    {
      weight: 6,
      arbitrary: fieldName.map((key) => ({ cel: `event["${key}"]`, value: (event: Plain) => field(event, key) })),
    },
    { weight: 2, arbitrary: fc.constant<PlainExpression>({ cel: 'event', value: (event) => event }) },
    {
      weight: 3,
      arbitrary: fc.tuple(tie('field'), fieldName).map(([of, key]) => {
        const { cel } = of;
        return {
          cel: `${cel}.${key}`,
          value: (...on: Parameters<PlainExpression['value']>) => field(of.value(...on), key),
        };
      }),
    },
  );
}

function comparisons(tie: Tie): fc.Arbitrary<PlainExpression> {
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(tie('field'), fieldName).map(([of, key]): PlainExpression => {
      return {
        cel: `has(${of.cel}.${key})`,
        value: (...on) => {
          const value = of.value(...on);
          return isMap(value) && value.has(key);
        },
      };
    }),
    fc.tuple(tie('field'), literals).map(([of, [cel, literal]]): PlainExpression => {
      return { cel: `${of.cel} == ${cel}`, value: (...on) => equals(of.value(...on), literal) };
    }),
    fc.tuple(tie('field'), fc.constantFrom(0, 1, 2.5)).map(([of, least]): PlainExpression => {
      return {
        cel: `${of.cel} > ${least.toFixed(1)}`,
        value: (...on) => {
          const value = of.value(...on);
          return isNumber(value) ? value > least : fail();
        },
      };
    }),
    fc.tuple(tie('field'), fc.nat(3)).map(([of, size]): PlainExpression => {
      return { cel: `size(${of.cel}) > ${size}`, value: (...on) => sizeOf(of.value(...on)) > size };
    }),
    fc.tuple(tie('field'), literals).map(([of, [cel, literal]]): PlainExpression => {
      return {
        cel: `${of.cel}.exists(x, x == ${cel})`,
        value: (...on) =>
          logic(true, [...items(of.value(...on)).map((item) => () => equals(item, literal)), () => false]),
      };
    }),
  );
}

function bools(tie: Tie): fc.Arbitrary<PlainExpression> {
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: tie('comparison') },
    fc.tuple(tie('bool'), fc.constantFrom('&&', '||'), tie('bool')).map(([a, operator, b]): PlainExpression => {
      return {
        cel: `(${a.cel} ${operator} ${b.cel})`,
        value: (...on) => logic(operator === '||', [() => a.value(...on), () => b.value(...on)]),
      };
    }),
    tie('bool').map((of): PlainExpression => ({ cel: `!(${of.cel})`, value: (...on) => !bool(of.value(...on)) })),
    fc.constant<PlainExpression>({
      cel: 'message.headers["x-kind"] == "k"',
      value: (_event, { headers }) => (headers.entries.find(([key]) => key === 'x-kind') ?? fail())[1] === 'k',
    }),
    fc.constant<PlainExpression>({ cel: 'message.sequence > 3', value: (_event, { sequence }) => sequence > 3 }),
  );
}

function texts(tie: Tie): fc.Arbitrary<PlainExpression> {
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('field').map((of): PlainExpression => ({
      cel: `string(${of.cel})`,
      value: (...on) => textOf(of.value(...on)),
    })),
    tie('field').map((of): PlainExpression => {
      return {
        cel: `${of.cel} + "-é"`,
        value: (...on) => {
          const value = of.value(...on);
          return typeof value === 'string' ? `${value}-é` : fail();
        },
      };
    }),
    fc.constant<PlainExpression>({ cel: 'message.subject', value: (_event, { subject }) => subject }),
  );
}

function values(tie: Tie): fc.Arbitrary<PlainExpression> {
  return fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('field'),
    tie('field'),
    tie('text'),
    tie('bool'),
    fc.constant<PlainExpression>({ cel: 'message.sequence', value: (_event, { sequence }) => sequence }),
    // No double holds it.
    fc.constant<PlainExpression>({ cel: '9007199254740993', value: () => 9007199254740993n }),
    fc.tuple(tie('bool'), tie('field'), tie('text')).map(([test, yes, no]): PlainExpression => {
      return {
        cel: `(${test.cel} ? ${yes.cel} : ${no.cel})`,
        value: (...on) => (bool(test.value(...on)) ? yes.value(...on) : no.value(...on)),
      };
    }),
    fc.tuple(tie('field'), tie('any')).map(([a, b]): PlainExpression => {
      return {
        cel: `{"one": ${a.cel}, "two": [${b.cel}]}`,
        value: (...on) =>
          new Map<string, Plain>([
            ['one', a.value(...on)],
            ['two', [b.value(...on)]],
          ]),
      };
    }),
  );
}

/** For tests: expressions of all kinds, most of which have a value for most generated messages. */
export const expressions = fc.letrec<Kinds>((tie) => ({
  field: fields(tie),
  comparison: comparisons(tie),
  bool: bools(tie),
  text: texts(tie),
  any: values(tie),
}));
