/**
 * A copy of `value` with the field at `path` (`spec.steps[0].map.set`) replaced, or taken out when `to` is undefined.
 * Throws when the path leads through something that isn't there.
 */
export function changed<T>(value: T, path: string, to: unknown): T {
  const copy = structuredClone(value);
  const segments = path.split(/[.[\]]+/).filter((segment) => segment !== '');
  const last = segments.pop() ?? '';
  const parent = segments.reduce<unknown>((node, segment) => asRecord(node, path)[segment], copy);
  const record = asRecord(parent, path);
  if (to === undefined) Reflect.deleteProperty(record, last);
  else record[last] = to;
  return copy;
}

function asRecord(node: unknown, path: string): Record<string, unknown> {
  if (typeof node !== 'object' || node === null) throw new Error(`nothing to change at ${path}`);
  return node as Record<string, unknown>;
}
