/**
 * The text of a key that an expression gave: a text, a whole number in decimal, or a bool. Undefined for anything else,
 * and for an empty text: both would ask for something that nobody meant.
 */
export function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}
