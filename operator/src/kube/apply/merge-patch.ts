import { isRecord } from './is-subset.ts';

/** The JSON merge patch that turns `current` into `wanted`; undefined when they are equal. */
export function mergePatchOf(current: unknown, wanted: Record<string, unknown>): Record<string, unknown> | undefined {
  const before = isRecord(current) ? current : {};
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(before)) if (wanted[name] === undefined) patch[name] = null;
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || isEqual(before[name], value)) continue;
    patch[name] = isRecord(value) && isRecord(before[name]) ? mergePatchOf(before[name], value) : value;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Equal as JSON: an undefined field is no field, order of names doesn't matter. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => isEqual(left[name], right[name]));
}
