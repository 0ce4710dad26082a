import { type FieldTree } from './field-tree.ts';
import { isJsonObject, withProperties, type JsonObject } from './record.ts';

/** The field that should hold another one and can't: it is there, and is no object. */
export class BlockedField {
  readonly field: string;

  constructor(field: string) {
    this.field = field;
  }
}

/**
 * A copy of an object with `values` in the fields whose slots the tree names. Objects on the way are made where they
 * are missing or null; the same object when the tree is empty.
 */
export function writeFields(
  object: JsonObject,
  slots: FieldTree<number>,
  values: readonly unknown[],
): JsonObject | BlockedField {
  if (slots.size === 0) return object;
  const changes = new Map<string, unknown>();
  for (const [name, branch] of slots) {
    const value = branch.kind === 'leaf' ? values[branch.leaf] : writeInside(object, name, branch.fields, values);
    if (value instanceof BlockedField) return value;
    changes.set(name, value);
  }
  return withProperties(object, changes);
}

function writeInside(
  object: JsonObject,
  name: string,
  slots: FieldTree<number>,
  values: readonly unknown[],
): JsonObject | BlockedField {
  const inner = (Object.hasOwn(object, name) ? object[name] : undefined) ?? {};
  if (!isJsonObject(inner)) return new BlockedField(name);
  const written = writeFields(inner, slots, values);
  return written instanceof BlockedField ? new BlockedField(`${name}.${written.field}`) : written;
}
