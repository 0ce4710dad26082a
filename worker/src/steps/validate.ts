import { compilePayloadSchema } from '@streamjob/crds';
import { nearestDoubles } from './nearest-doubles.ts';
import { DROPPED, failed, UNCHANGED, type StepKind } from './step.ts';

/** Checks events against a JSON Schema. */
export const validate: StepKind = (step, { path, shape }) => {
  if (!('validate' in step)) return undefined;
  if (shape === 'Bytes') {
    return { ok: false, problems: [{ path: `${path}.validate`, message: 'a schema has no type for Bytes events' }] };
  }
  const { schema, onInvalid } = step.validate;
  const compiled = compilePayloadSchema(schema);
  if (!compiled.ok) {
    const { problem } = compiled;
    return { ok: false, problems: [{ ...problem, path: `${path}.validate.schema${suffix(problem.path)}` }] };
  }
  return {
    ok: true,
    apply: ({ value, inexact }) => {
      const error = compiled.validate(inexact ? nearestDoubles(value) : value);
      if (error === undefined) return UNCHANGED;
      return onInvalid === 'Drop'
        ? DROPPED
        : failed('Invalid', `${error.path === '' ? 'the event' : error.path} ${error.message}`);
    },
  };
};

function suffix(pathInSchema: string): string {
  return pathInSchema === '' ? '' : `.${pathInSchema}`;
}
