import type { Schema } from '../crd/structural.ts';
import type { Problem } from '../stream-job.ts';
import { pathText } from './path.ts';

/** Items of list-maps that have the keys of an earlier item. */
export function duplicateKeys(
  schema: Schema | undefined,
  value: unknown,
  path: readonly (string | number)[] = [],
): Problem[] {
  if (schema === undefined || typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) {
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      duplicateKeys(property, (value as Record<string, unknown>)[name], [...path, name]),
    );
  }
  const inside = value.flatMap((item: unknown, index) => duplicateKeys(schema.items, item, [...path, index]));
  return [...repeated(schema['x-kubernetes-list-map-keys'] ?? [], value, path), ...inside];
}

function repeated(keys: readonly string[], items: readonly unknown[], path: readonly (string | number)[]): Problem[] {
  if (keys.length === 0) return [];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = JSON.stringify(keys.map((name) => (item as Record<string, unknown> | null)?.[name] ?? null));
    const again = seen.has(key);
    seen.add(key);
    const at = keys.length === 1 ? [...path, index, ...keys] : [...path, index];
    return again ? [{ path: pathText(at), message: 'is the same as that of an earlier item' }] : [];
  });
}
