import type core from 'ajv/dist/core.js';

/** Replaces ajv's comparison of every item with every other, which a long list could keep busy for hours. */
export function addLinearUniqueItems(ajv: core.default): void {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (unique: boolean, items: readonly unknown[]) => !unique || allDifferent(items),
  });
}

function allDifferent(items: readonly unknown[]): boolean {
  const seen = new Set<unknown>();
  return items.every((item) => {
    const before = seen.size;
    seen.add(typeof item === 'object' ? canonical(item) : typeof item === 'string' ? `"${item}` : item);
    return seen.size > before;
  });
}

/** Equal values give equal texts, and none is the text of a string item. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return { integer: part.toString() };
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
