import type { Rule } from './rule.ts';

export type Broken = { readonly rule: Rule; readonly path: readonly (string | number)[] };

type Place = { readonly path: readonly (string | number)[]; readonly self: unknown; readonly old: unknown };

/**
 * The rules that a value breaks, with the path of the field that each names. `old` is the value before an update:
 * without it, rules about transitions are not asked.
 */
export function brokenRules(rules: readonly Rule[], value: unknown, old?: unknown): Broken[] {
  return rules.flatMap((rule) =>
    places(rule.at, value, old)
      .filter(({ self, old: before }) => (rule.transition && before === undefined ? false : !rule.holds(self, before)))
      .map(({ path }) => ({ rule, path: [...path, ...fieldSegments(rule.field)] })),
  );
}

function fieldSegments(field: string | undefined): string[] {
  return field === undefined ? [] : field.split('.');
}

/** Every place of the value that a rule's `at` means; none where an optional part is absent. */
function places(at: string, value: unknown, old: unknown): Place[] {
  let found: Place[] = [{ path: [], self: value, old }];
  for (const name of at.split('.').filter((part) => part !== '')) {
    found = found.map((place) => member(place, name.replace('[]', ''))).filter(({ self }) => self !== undefined);
    if (name.endsWith('[]')) found = found.flatMap(items);
  }
  return found;
}

function member({ path, self, old }: Place, name: string): Place {
  return { path: [...path, name], self: property(self, name), old: property(old, name) };
}

/** Items have no value before: list items are compared by key only by the API server, and no rule needs it. */
function items({ path, self }: Place): Place[] {
  if (!Array.isArray(self)) return [];
  return self.map((item: unknown, index) => ({ path: [...path, index], self: item, old: undefined }));
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
