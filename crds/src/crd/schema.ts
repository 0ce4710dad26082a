import { rules, spec } from '../spec/spec.ts';
import { status } from '../spec/status.ts';
import { structuralSchema, withRules, type Schema } from './structural.ts';

/** The whole resource's structural schema, with rules and with the worker's defaults. */
export function streamJobSchema(): Schema {
  const schema: Schema = {
    type: 'object',
    description: 'A stream job: reads a JetStream stream, runs its steps on every message and emits to its sinks.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(spec),
      status: structuralSchema(status),
    },
  };
  return withRules(schema, rules);
}
