import { type FieldTree } from './field-tree.ts';
import { isJsonObject, mapItems, withProperties, type JsonObject } from './record.ts';

/** Gives what stands in a field's place: REMOVED leaves the field out, the value itself changes nothing. */
export type Rewrite = (value: unknown) => unknown;

/**
 * Rewrites the fields that a tree names, where they are there; a path reaches into every item of lists.
 * Gives a copy, or the same value when nothing changed.
 */
export function rewriteFields(value: unknown, fields: FieldTree<Rewrite>): unknown {
  if (Array.isArray(value)) return mapItems(value, (item) => rewriteFields(item, fields));
  return isJsonObject(value) ? rewriteObject(value, fields) : value;
}

function rewriteObject(object: JsonObject, fields: FieldTree<Rewrite>): JsonObject {
  let changes: Map<string, unknown> | undefined;
  for (const [name, branch] of fields) {
    if (!Object.hasOwn(object, name)) continue;
    const before = object[name];
    const after = branch.kind === 'leaf' ? branch.leaf(before) : rewriteFields(before, branch.fields);
    if (after !== before) (changes ??= new Map<string, unknown>()).set(name, after);
  }
  return changes === undefined ? object : withProperties(object, changes);
}
