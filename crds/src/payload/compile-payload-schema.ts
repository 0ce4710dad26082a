import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type core from 'ajv/dist/core.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Problem } from '../stream-job.ts';
import { schemaProblem } from '../validate/schema-problem.ts';
import { allKeys, sizeProblem } from './bounds.ts';
import { compileProblem } from './compile-problem.ts';
import { addBoundedFormats } from './formats.ts';
import { payloadError, type PayloadError } from './payload-error.ts';
import { re2 } from './re2.ts';
import { addLinearUniqueItems } from './unique-items.ts';

export type CompiledPayloadSchema =
  { ok: true; validate: (value: unknown) => PayloadError | undefined } | { ok: false; problem: Problem };

/** Makes a compiler for one draft. */
type Draft = (options: Options) => core.default;

const draft2020: Draft = (options) => new Ajv2020(options);
const draft07: Draft = (options) => new Ajv(options);

const DRAFTS: Readonly<Record<string, Draft>> = {
  'https://json-schema.org/draft/2020-12/schema': draft2020,
  'http://json-schema.org/draft-07/schema': draft07,
};

const OPTIONS: Options = {
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  ownProperties: true,
  logger: false,
  code: { regExp: re2 },
};

/**
 * Compiles a JSON Schema, draft 2020-12 or, where `$schema` says so, draft-07, with formats, RE2 patterns and without
 * references out of the schema. `problem.path` is relative to the schema. `validate` returns undefined for a payload that
 * satisfies it, and never throws. Numbers must be JavaScript numbers: a BigInt is none to a schema.
 */
export function compilePayloadSchema(schema: object): CompiledPayloadSchema {
  const problem = sizeProblem(schema);
  if (problem) return { ok: false, problem };
  const draft = draftOf(schema);
  if (!draft) return refused('$schema', `must be one of ${Object.keys(DRAFTS).join(', ')}`);
  const invalid = metaProblem(draft, schema);
  if (invalid) return { ok: false, problem: invalid };
  try {
    const check = compiler(draft).compile(schema);
    if ('$async' in check) return refused('$async', 'must not be set');
    return { ok: true, validate: validator(check, allKeys(schema)) };
  } catch (error) {
    return { ok: false, problem: compileProblem(schema, error) };
  }
}

function draftOf(schema: object): Draft | undefined {
  if (!('$schema' in schema)) return draft2020;
  return typeof schema.$schema === 'string' ? DRAFTS[schema.$schema.replace(/#$/, '')] : undefined;
}

function refused(path: string, message: string): CompiledPayloadSchema {
  return { ok: false, problem: { path, message } };
}

const metaValidators = new Map<Draft, core.default>();

/** What the draft's own schema says about the schema. Its validator is made once: it takes milliseconds. */
function metaProblem(draft: Draft, schema: object): Problem | undefined {
  const ajv = metaValidators.get(draft) ?? draft({ logger: false, verbose: true });
  metaValidators.set(draft, ajv);
  if (ajv.validateSchema(schema) === true) return undefined;
  const [error] = ajv.errors ?? [];
  return error ? schemaProblem(error, schema) : { path: '', message: 'is not a JSON Schema' };
}

function compiler(draft: Draft): core.default {
  const ajv = draft({ ...OPTIONS, validateSchema: false, meta: false });
  addBoundedFormats(ajv);
  addLinearUniqueItems(ajv);
  return ajv;
}

function validator(check: ValidateFunction, schemaKeys: ReadonlySet<string>) {
  return (value: unknown): PayloadError | undefined => {
    try {
      return check(value) ? undefined : payloadError(check.errors ?? [], value, schemaKeys);
    } catch {
      // Only a stack that a recursive schema overflowed gets here: nothing else in a compiled schema throws.
      return { path: '', keyword: '$ref', message: 'is nested too deep for the schema' };
    }
  };
}
