import { InexactNumber } from '@streamjob/expressions';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Marks a value that is to be left out. */
export const REMOVED = Symbol('removed');

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof InexactNumber) &&
    !(value instanceof Uint8Array)
  );
}

/** A copy with some properties replaced, left out (REMOVED) or added at its end; order is kept. */
export function withProperties(object: JsonObject, changes: ReadonlyMap<string, unknown>): JsonObject {
  // The engine copies a whole object faster than we could copy its properties.
  const copy: Record<string, unknown> = { ...object };
  for (const [key, value] of changes) {
    if (value === REMOVED) return withoutRemoved(object, changes);
    define(copy, key, value);
  }
  return copy;
}

/** Deleting from a copy would make it slow for whoever reads it. */
function withoutRemoved(object: JsonObject, changes: ReadonlyMap<string, unknown>): JsonObject {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const value = changes.has(key) ? changes.get(key) : object[key];
    if (value !== REMOVED) define(copy, key, value);
  }
  for (const [key, value] of changes) {
    if (value !== REMOVED && !Object.hasOwn(object, key)) define(copy, key, value);
  }
  return copy;
}

/** The items of an array or the values of an object, each replaced; the same object when none was. */
export function mapValues(value: unknown, replace: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return mapItems(value, replace);
  if (!isJsonObject(value)) return value;
  let changes: Map<string, unknown> | undefined;
  for (const [key, before] of Object.entries(value)) {
    const after = replace(before);
    if (after !== before) (changes ??= new Map<string, unknown>()).set(key, after);
  }
  return changes === undefined ? value : withProperties(value, changes);
}

/** The items of an array, each replaced; the same array when none was. */
export function mapItems(items: readonly unknown[], replace: (value: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, before] of items.entries()) {
    const after = replace(before);
    if (after !== before) (copy ??= [...items])[index] = after;
  }
  return copy ?? items;
}

/** Assigning to `__proto__` would set the prototype; a payload's key of that name is a property like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
