import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { streamJobSchema } from '../crd/schema.ts';
import { API_VERSION, KIND } from '../names.ts';
import { brokenRules } from '../rules/walk.ts';
import { rules } from '../spec/spec.ts';
import type { Problem, ValidStreamJob } from '../stream-job.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { fillAsApiServer } from './fill.ts';
import { strictJsonSchema } from './json-schema.ts';
import { pathText } from './path.ts';
import { schemaProblem } from './schema-problem.ts';

export type Validation = { ok: true; job: ValidStreamJob } | { ok: false; problems: Problem[] };

const schema = streamJobSchema();
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true, ownProperties: true });
addFormats.default(ajv, ['date-time']);
const checkSchema = ajv.compile(strictJsonSchema(schema, API_VERSION, KIND));

const MOST_PROBLEMS = 50;

/**
 * Says whether a value is a StreamJob that the API server would accept, by the same schema and the same rules, and fills
 * in the defaults that the API server would. Unlike the API server it refuses fields that it doesn't know.
 * With `old`, the job before an update, changes of immutable fields are refused as well. Never throws.
 */
export function validateStreamJob(value: unknown, old?: unknown): Validation {
  const filled = fillAsApiServer(value, schema);
  const problems = schemaProblems(filled);
  if (problems.length === 0) problems.push(...ruleProblems(filled, fillAsApiServer(old, schema)));
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, MOST_PROBLEMS) };
  return { ok: true, job: filled as ValidStreamJob };
}

function schemaProblems(value: unknown): Problem[] {
  checkSchema(value);
  const errors: ErrorObject[] = checkSchema.errors ?? [];
  return [
    ...errors.slice(0, MOST_PROBLEMS).map((error) => schemaProblem(error, value)),
    ...duplicateKeys(schema, value),
  ];
}

function ruleProblems(value: unknown, old: unknown): Problem[] {
  return brokenRules(rules, value, old).map(({ rule, path }) => ({ path: pathText(path), message: rule.message }));
}
