import type { ErrorObject } from 'ajv';
import type { Problem } from '../stream-job.ts';
import { pathText, pointerSegments } from './path.ts';
import { closest } from './suggest.ts';

/** A schema error in words; `error` comes from a verbose validator, `value` is what was validated. */
export function schemaProblem(error: ErrorObject, value: unknown): Problem {
  const at = pointerSegments(error.instancePath, value);
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === 'additionalProperties') return unknownField(error, at, String(params.additionalProperty));
  if (error.keyword === 'required') {
    return { path: pathText([...at, String(params.missingProperty)]), message: 'must be set' };
  }
  return { path: pathText(at), message: message(error, params) };
}

function unknownField(error: ErrorObject, at: readonly (string | number)[], name: string): Problem {
  const parent = error.parentSchema as { properties?: object } | undefined;
  const known = Object.keys(parent?.properties ?? {});
  const meant = closest(name, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: pathText([...at, name]), message: `is not a known field: ${hint}` };
}

function message(error: ErrorObject, params: Readonly<Record<string, unknown>>): string {
  if (error.keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (error.keyword === 'const') return `must be ${String(params.allowedValue)}`;
  if (error.keyword === 'uniqueItems') return `items ${String(params.i)} and ${String(params.j)} are the same`;
  return error.message ?? `is refused by ${error.keyword}`;
}
