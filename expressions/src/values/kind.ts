/** The kinds of value that an expression can meet. `inexact` is a number that nothing here can hold exactly. */
export const KINDS = [
  'null',
  'bool',
  'int',
  'uint',
  'double',
  'string',
  'bytes',
  'list',
  'map',
  'timestamp',
  'duration',
  'type',
  'inexact',
] as const;
export type Kind = (typeof KINDS)[number];

/** A value that JavaScript has no type for. `$` keeps the property out of reach of an expression's `a.b`. */
export abstract class Boxed {
  abstract readonly $kind: Kind;
}

/** JSON objects, map literals with text keys. */
export type PlainMap = Readonly<Record<string, unknown>>;

/** The CEL kind of a value; throws a TypeError for what no decoder gives (functions, symbols, undefined). */
export function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'object') return kindOfObject(value);
  throw new TypeError('not a value that expressions know');
}

function kindOfObject(value: object | null): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Boxed) return value.$kind;
  return value instanceof Uint8Array ? 'bytes' : 'map';
}

export function isPlainMap(value: unknown): value is PlainMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Boxed) &&
    !(value instanceof Uint8Array)
  );
}

const SPOKEN: Partial<Record<Kind, string>> = {
  null: 'null',
  int: 'an int',
  uint: 'a uint',
  double: 'a number',
  bytes: 'bytes',
  inexact: 'a number with too many digits to calculate with',
};

/** A kind as error texts say it: "a string", "an int". */
export function spoken(kind: Kind): string {
  return SPOKEN[kind] ?? `a ${kind}`;
}
