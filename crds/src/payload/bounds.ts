import type { Problem } from '../stream-job.ts';

const MOST_CHARACTERS = 65_536;
const DEEPEST = 32;

/** What is wrong with a schema's size, before anything reads it. */
export function sizeProblem(schema: unknown): Problem | undefined {
  if (deeperThan(schema, DEEPEST)) return { path: '', message: `must be nested at most ${DEEPEST} deep` };
  if (JSON.stringify(schema).length <= MOST_CHARACTERS) return undefined;
  return { path: '', message: `must be at most ${MOST_CHARACTERS} characters of JSON` };
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((part) => deeperThan(part, depth - 1));
}

/** The names of all fields in a value, at any depth. */
export function allKeys(value: unknown, keys = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return keys;
  for (const [key, part] of Object.entries(value)) {
    if (!Array.isArray(value)) keys.add(key);
    allKeys(part, keys);
  }
  return keys;
}

/** Where a value first holds a field that matches; `undefined` where nowhere. */
export function findField(
  value: unknown,
  matches: (key: string, value: unknown) => boolean,
): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const segment = Array.isArray(value) ? Number(key) : key;
    if (typeof segment === 'string' && matches(segment, part)) return [segment];
    const inside = findField(part, matches);
    if (inside) return [segment, ...inside];
  }
  return undefined;
}
