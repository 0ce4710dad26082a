/** How deep arrays and objects may lie in one another: far above real data, far below what overflows a stack. */
export const MAX_DEPTH = 256;

/** The number of keys in all objects of a parsed value; undefined when it nests deeper than `MAX_DEPTH`. */
export function countKeys(value: unknown): number | undefined {
  const keys = isContainer(value) ? count(value, 1) : 0;
  return Number.isNaN(keys) ? undefined : keys;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** NaN stands for "too deep": it survives every addition on the way up. */
function count(container: object, depth: number): number {
  if (depth > MAX_DEPTH) return NaN;
  return Array.isArray(container) ? countInArray(container, depth) : countInObject(container, depth);
}

function countInArray(array: readonly unknown[], depth: number): number {
  let keys = 0;
  for (const item of array) if (isContainer(item)) keys += count(item, depth + 1);
  return keys;
}

function countInObject(object: object, depth: number): number {
  let keys = 0;
  // A parsed object has no enumerable properties but its own.
  for (const key in object) {
    keys++;
    const item = (object as Record<string, unknown>)[key];
    if (isContainer(item)) keys += count(item, depth + 1);
  }
  return keys;
}
