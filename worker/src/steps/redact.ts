import { type ResolvedStep } from '@streamjob/crds';
import { encodeJson } from '../codecs/index.ts';
import { fieldTree } from './field-tree.ts';
import { keyedHash } from './keyed-hash.ts';
import { REMOVED } from './record.ts';
import { rewriteFields, type Rewrite } from './rewrite-fields.ts';
import { type CompiledStep, type StepContext, type StepKind, UNCHANGED } from './step.ts';

const MASK = '***';

type Redact = Extract<ResolvedStep, { redact: unknown }>['redact'];
type RewriteOrProblem = { readonly rewrite: Rewrite } | { readonly field: string; readonly message: string };

/** Removes or hides fields. */
export const redact: StepKind = (step, context) => ('redact' in step ? compileRedact(step.redact, context) : undefined);

function compileRedact(spec: Redact, { path, shape, secret }: StepContext): CompiledStep {
  const refuse = (field: string, message: string): CompiledStep => ({
    ok: false,
    problems: [{ path: `${path}.redact${field}`, message }],
  });
  if (shape !== 'Json') return refuse('', `${shape} events have no fields; a map step can give them some`);
  const way = rewriteFor(spec, secret);
  if (!('rewrite' in way)) return refuse(way.field, way.message);
  const fields = fieldTree(spec.fields.map((field) => [field, way.rewrite] as const));
  return {
    ok: true,
    apply: ({ value, inexact }) => {
      const redacted = rewriteFields(value, fields);
      return redacted === value ? UNCHANGED : { kind: 'changed', event: { value: redacted, inexact } };
    },
  };
}

function rewriteFor(spec: Redact, secret: StepContext['secret']): RewriteOrProblem {
  if (spec.with === 'Remove') return { rewrite: () => REMOVED };
  if (spec.with === 'Mask') return { rewrite: () => MASK };
  const name = spec.keySecretName;
  if (name === undefined) return { field: '.keySecretName', message: 'Hash needs the Secret that holds its key' };
  const key = secret(name);
  if (key === undefined || key.length === 0) {
    return { field: '.keySecretName', message: `Secret ${name} has no entry \`key\`, or an empty one` };
  }
  const hash = keyedHash(key);
  return { rewrite: (value) => hash(bytesOf(value)) };
}

/** A text's UTF-8, or any other value's JSON. */
function bytesOf(value: unknown): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : encodeJson({ value, inexact: true });
}
