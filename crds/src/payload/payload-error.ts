import type { ErrorObject } from 'ajv';
import { pathText, pointerSegments } from '../validate/path.ts';

/**
 * Why a payload doesn't satisfy its schema. Quotes the schema at most: `path` names the fields that the schema names and
 * puts `*` for others, `message` has no value in it.
 */
export type PayloadError = { path: string; keyword: string; message: string };

/** `schemaKeys` are the names that the schema itself holds. */
export function payloadError(
  errors: readonly ErrorObject[],
  payload: unknown,
  schemaKeys: ReadonlySet<string>,
): PayloadError {
  const error = mostTelling(errors);
  if (!error) return { path: '', keyword: '', message: 'does not satisfy the schema' };
  const segments = pointerSegments(error.instancePath, payload);
  const named = segments.map((part) => (typeof part === 'number' || schemaKeys.has(part) ? part : '*'));
  return { path: pathText(named), keyword: error.keyword, message: error.message ?? 'does not satisfy the schema' };
}

/** The outermost error comes last; that of `if` only says that what it led to failed. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject | undefined {
  return errors.findLast(({ keyword }) => keyword !== 'if') ?? errors.at(-1);
}
