import { isSameQuantity } from './quantity.ts';

/** Fields whose values are quantities, which the API server writes in its own way. */
const QUANTITY_PARENTS = new Set(['limits', 'requests', 'sizeLimit', 'hard']);

/**
 * Whether `live` already says everything that `desired` says. What only `live` has (defaults, other managers' fields)
 * doesn't matter; lists must have the same length and order; what is empty may be left out by the server.
 */
export function isSubset(desired: unknown, live: unknown, parent = ''): boolean {
  if (live === undefined || live === null) return isEmpty(desired);
  if (Array.isArray(desired)) {
    if (!Array.isArray(live) || live.length !== desired.length) return false;
    return desired.every((item, index) => isSubset(item, live[index], parent));
  }
  if (isRecord(desired)) {
    if (!isRecord(live)) return false;
    return Object.entries(desired).every(([name, value]) =>
      isSubset(value, live[name], QUANTITY_PARENTS.has(parent) ? parent : name),
    );
  }
  return (
    desired === live ||
    (isEmpty(desired) && isEmpty(live)) ||
    (QUANTITY_PARENTS.has(parent) && isSameQuantity(desired, live))
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isEmpty);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
