import { fail } from '../evaluation-error.ts';
import { InexactNumber } from '../values/inexact-number.ts';
import { isPlainMap, kindOf, spoken } from '../values/kind.ts';
import { KeyedMap } from '../values/keyed-map.ts';
import { Uint } from '../values/uint.ts';
import { burn } from './budget.ts';

/** Names that some built-in object inherits or holds: `a.length` of a list must not read JavaScript's. */
const INHERITED: ReadonlySet<string> = new Set(
  [{}, [], '', 0, true, 0n, Buffer.alloc(0), new InexactNumber('0')].flatMap((value) => {
    const names: string[] = [];
    for (let of: unknown = Object(value); of !== null; of = Object.getPrototypeOf(of)) {
      names.push(...Object.getOwnPropertyNames(of));
    }
    return names;
  }),
);

/**
 * Whether `value?.[name]` is undefined for every value but a map that has the field, so that compiled code may read it
 * without asking `Object.hasOwn` first.
 */
export function isPlainFieldName(name: string): boolean {
  return !INHERITED.has(name) && !name.startsWith('$') && !/^\d/.test(name);
}

/** `of.name`, where the author wrote the name: so the error may tell it. */
export function field(of: unknown, name: string, at: number): unknown {
  if (isPlainMap(of)) return Object.hasOwn(of, name) ? of[name] : fail(`no such field: ${name}`, at);
  if (of instanceof KeyedMap) return (of.$get(name) ?? fail(`no such field: ${name}`, at))[1];
  return fail(`can't read the field ${name} of ${spoken(kindOf(of))}`, at);
}

/** What is no map, as null, has no fields. */
export function hasField(of: unknown, name: string): boolean {
  if (isPlainMap(of)) return Object.hasOwn(of, name);
  return of instanceof KeyedMap && of.$get(name) !== undefined;
}

/** `of[key]`, where the key may come from the payload: so no error tells it. */
export function index(of: unknown, key: unknown, at: number): unknown {
  if (Array.isArray(of)) return element(of, key, at);
  if (isPlainMap(of) && typeof key === 'string') return Object.hasOwn(of, key) ? of[key] : fail('no such key', at);
  if (kindOf(of) !== 'map') return fail(`can't index ${spoken(kindOf(of))}`, at);
  if (!['string', 'bool', 'int', 'uint', 'double'].includes(kindOf(key))) {
    return fail(`${spoken(kindOf(key))} can't be a key`, at);
  }
  const entry = of instanceof KeyedMap ? of.$get(key) : undefined;
  return (entry ?? fail('no such key', at))[1];
}

function element(list: readonly unknown[], key: unknown, at: number): unknown {
  const position = key instanceof Uint ? key.$value : key;
  if (typeof position !== 'bigint' && !(typeof position === 'number' && Number.isInteger(position))) {
    return fail(`a list's index must be an int, found ${spoken(kindOf(key))}`, at);
  }
  if (position < 0 || position >= list.length) return fail('the index is outside of the list', at);
  return list[Number(position)];
}

/** What a macro goes over: a list's elements or a map's keys. */
export function range(of: unknown, at: number): readonly unknown[] {
  if (Array.isArray(of)) return of;
  if (of instanceof KeyedMap) return [...of.$entries.values()].map(([key]) => key);
  if (!isPlainMap(of)) return fail(`needs a list or a map, found ${spoken(kindOf(of))}`, at);
  const keys = Object.keys(of);
  burn(keys.length, at);
  return keys;
}

/** A map literal: a plain object while all keys are texts. */
export function makeMap(entries: readonly (readonly [unknown, unknown])[], at: number): object {
  const keyed = new KeyedMap();
  for (const [key, value] of entries) {
    if (!['string', 'bool', 'int', 'uint'].includes(kindOf(key))) fail(`${spoken(kindOf(key))} can't be a key`, at);
    if (keyed.$get(key) !== undefined) fail('the map has a key twice', at);
    keyed.$set(key, value);
  }
  // fromEntries defines properties, so that a key named __proto__ is a key like any other.
  return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries as [string, unknown][]) : keyed;
}
