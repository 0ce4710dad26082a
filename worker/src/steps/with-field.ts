import { isJsonObject, type JsonObject } from './record.ts';
import { BlockedField } from './write-fields.ts';

/**
 * A copy of an object with one field set, which lies inside others where `names` are several; those are made where they
 * are missing or null. It does for one field what `writeFields` does for many, in a tenth of the time.
 */
export function withField(
  object: JsonObject,
  names: readonly string[],
  value: unknown,
  depth = 0,
): JsonObject | BlockedField {
  const name = names[depth] ?? '';
  // Spreading copies a `__proto__` of a payload as a property like any other, and a computed name writes one.
  if (depth === names.length - 1) return { ...object, [name]: value };
  const inner = (Object.hasOwn(object, name) ? object[name] : undefined) ?? {};
  if (!isJsonObject(inner)) return new BlockedField(names.slice(0, depth + 1).join('.'));
  const written = withField(inner, names, value, depth + 1);
  return written instanceof BlockedField ? written : { ...object, [name]: written };
}
