import type { Schema } from '../crd/structural.ts';

/**
 * What the API server does before it validates: a null where none is allowed counts as absent, and defaults are written
 * where a field is absent. Returns a copy; shares what it doesn't change.
 */
export function fillAsApiServer(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fillAsApiServer(item, schema.items));
  if (schema['x-kubernetes-preserve-unknown-fields']) return value;
  return fillObject(value, schema);
}

function fillObject(value: object, schema: Schema): object {
  const { properties = {}, additionalProperties } = schema;
  const schemaOf = (key: string) => (Object.hasOwn(properties, key) ? properties[key] : additionalProperties);
  const kept = Object.entries(value)
    .filter(([key, part]) => part !== null || schemaOf(key) === undefined)
    .map(([key, part]) => [key, fillAsApiServer(part, schemaOf(key))] as const);
  const filled: Record<string, unknown> = Object.fromEntries(kept);
  for (const [key, property] of Object.entries(properties)) {
    if (property.default !== undefined && !Object.hasOwn(filled, key)) filled[key] = structuredClone(property.default);
  }
  return filled;
}
