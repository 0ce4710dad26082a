import { fail } from '../evaluation-error.ts';
import { Boxed, isPlainMap, kindOf, spoken, type PlainMap } from '../values/kind.ts';
import { KeyedMap } from '../values/keyed-map.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Duration } from '../values/duration.ts';
import { TypeValue } from '../values/type-value.ts';
import { burn } from './budget.ts';
import { isNumeric, order } from './compare.ts';

/** CEL's `==`: numbers by value whatever their type, lists and maps by content, different kinds are unequal. */
export function equal(a: unknown, b: unknown, at: number): boolean {
  if (typeof a === 'string' || typeof a === 'boolean') return a === b || unequal(b, at);
  if (isNumeric(a) && isNumeric(b)) return order(a, b, '==') === 0;
  if (a === null) return b === null || unequal(b, at);
  if (Array.isArray(a) && Array.isArray(b)) return equalLists(a, b, at);
  if (isMap(a) && isMap(b)) return equalMaps(a, b, at);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Boxed && b instanceof Boxed) return equalBoxed(a, b, at);
  return unequal(a, at) || unequal(b, at);
}

export const notEqual = (a: unknown, b: unknown, at: number): boolean => !equal(a, b, at);

/** CEL's `in`: an element of a list or a key of a map. */
export function contains(value: unknown, container: unknown, at: number): boolean {
  if (Array.isArray(container)) {
    burn(container.length, at);
    return container.some((element: unknown) => equal(value, element, at));
  }
  if (isPlainMap(container)) return typeof value === 'string' ? Object.hasOwn(container, value) : unequal(value, at);
  if (container instanceof KeyedMap) return container.$get(value) !== undefined || unequal(value, at);
  return fail(`in needs a list or a map, found ${spoken(kindOf(container))}`, at);
}

/** Anything can be compared but a number that would have to be rounded first. */
function unequal(value: unknown, at: number): boolean {
  if (kindOf(value) === 'inexact') fail(`can't compare ${spoken('inexact')}`, at);
  return false;
}

function equalBoxed(a: Boxed, b: Boxed, at: number): boolean {
  if (a instanceof Timestamp && b instanceof Timestamp) return a.$nanos === b.$nanos;
  if (a instanceof Duration && b instanceof Duration) return a.$nanos === b.$nanos;
  if (a instanceof TypeValue && b instanceof TypeValue) return a.$of === b.$of;
  return unequal(a, at) || unequal(b, at);
}

function equalLists(a: readonly unknown[], b: readonly unknown[], at: number): boolean {
  burn(a.length, at);
  return a.length === b.length && a.every((element, index) => equal(element, b[index], at));
}

type AnyMap = PlainMap | KeyedMap;

function isMap(value: unknown): value is AnyMap {
  return value instanceof KeyedMap || isPlainMap(value);
}

function equalMaps(a: AnyMap, b: AnyMap, at: number): boolean {
  const entries = entriesOf(a);
  burn(entries.length, at);
  if (entries.length !== entriesOf(b).length) return false;
  return entries.every(([key, value]) => {
    const other = entryOf(b, key);
    return other !== undefined && equal(value, other[1], at);
  });
}

function entriesOf(map: AnyMap): readonly (readonly [unknown, unknown])[] {
  return map instanceof KeyedMap ? [...map.$entries.values()] : Object.entries(map);
}

function entryOf(map: AnyMap, key: unknown): readonly [unknown, unknown] | undefined {
  if (map instanceof KeyedMap) return map.$get(key);
  return typeof key === 'string' && Object.hasOwn(map, key) ? [key, map[key]] : undefined;
}
