import { FIELD_MANAGER } from '../api.ts';
import { type ManagedFields } from '../objects.ts';
import { isRecord } from './is-subset.ts';

/**
 * Whether we own a field that `desired` doesn't name any more: applying would remove it. `managedFields` lists names
 * as `f:name`, items of a list-map as `k:{"name":"worker"}`, items of a set as `v:"value"`.
 */
export function ownsMoreThan(desired: unknown, managedFields: readonly ManagedFields[]): boolean {
  return managedFields
    .filter(({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === 'Apply' && !subresource)
    .some(({ fieldsV1 }) => !covers(desired, fieldsV1));
}

/** Whether `value` has everything that the field set names. */
function covers(value: unknown, fields: unknown): boolean {
  if (!isRecord(fields)) return true;
  return Object.entries(fields).every(([path, below]) => {
    if (path === '.') return true;
    const found = step(value, path);
    return found !== undefined && covers(found, below);
  });
}

function step(value: unknown, path: string): unknown {
  const name = path.slice(2);
  if (path.startsWith('f:')) return isRecord(value) ? value[name] : undefined;
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  if (path.startsWith('i:')) return items[Number(name)];
  const wanted: unknown = JSON.parse(name);
  return items.find((item) => (path.startsWith('v:') ? item === wanted : hasKeys(item, wanted)));
}

/** A key that `desired` leaves out was filled in by the server's default (a port's protocol, say). */
function hasKeys(item: unknown, keys: unknown): boolean {
  if (!isRecord(item) || !isRecord(keys)) return false;
  return Object.entries(keys).every(([name, value]) => item[name] === undefined || item[name] === value);
}
