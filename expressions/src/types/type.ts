import { type Kind } from '../values/kind.ts';

/** What is known of a value before any message is there. `dyn` is anything, as every part of the event. */
export type Type = {
  readonly kind: Exclude<Kind, 'inexact'> | 'dyn';
  /** Of a list's elements or a map's values. */
  readonly of?: Type;
  /** Of a map's keys. */
  readonly key?: Type;
};

const simple = (kind: Type['kind']): Type => ({ kind });

export const DYN = simple('dyn');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const NULL = simple('null');
export const TIMESTAMP = simple('timestamp');
export const DURATION = simple('duration');
export const TYPE = simple('type');
export const listOf = (of: Type): Type => ({ kind: 'list', of });
export const mapOf = (key: Type, of: Type): Type => ({ kind: 'map', key, of });

export const elementType = (type: Type): Type => type.of ?? DYN;
export const keyType = (type: Type): Type => type.key ?? DYN;

const NUMERIC: ReadonlySet<string> = new Set(['int', 'uint', 'double']);

export function isNumericType(type: Type): boolean {
  return NUMERIC.has(type.kind);
}

/** The type of a value that is one of two: unlike types become dyn. */
export function join(a: Type, b: Type): Type {
  if (a.kind !== b.kind) return DYN;
  if (a.kind === 'list') return listOf(join(elementType(a), elementType(b)));
  if (a.kind === 'map') return mapOf(join(keyType(a), keyType(b)), join(elementType(a), elementType(b)));
  return a;
}

/** Whether a value of one type may equal one of the other; comparing others is a mistake that is told early. */
export function canEqual(a: Type, b: Type): boolean {
  if (a.kind === 'dyn' || b.kind === 'dyn') return true;
  if (isNumericType(a) && isNumericType(b)) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'map' && !canEqual(keyType(a), keyType(b))) return false;
  return (a.kind !== 'list' && a.kind !== 'map') || canEqual(elementType(a), elementType(b));
}

/** As CEL writes it: list<string>. */
export function showType(type: Type): string {
  if (type.kind === 'list') return `list<${showType(elementType(type))}>`;
  if (type.kind === 'map') return `map<${showType(keyType(type))}, ${showType(elementType(type))}>`;
  return type.kind;
}
