import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { exactlyOne, rule, type Rule } from '../rules/rule.ts';
import { code, codeRules } from './code-step.ts';
import { enrich, enrichRules } from './enrich-step.ts';
import {
  anyObject,
  dnsLabel,
  expression,
  FIELD_PATH,
  fieldPath,
  keywords,
  listMap,
  listSet,
  map,
  mapKeys,
  objectName,
  workerDefault,
} from './fields.ts';

const validate = z
  .object({
    schema: anyObject(64).describe(
      'A JSON Schema (draft 2020-12, or draft-07 when `$schema` says so) with formats and without remote `$ref`. ' +
        'Patterns are RE2. The operator checks it before anything changes.',
    ),
    onInvalid: workerDefault(z.enum(['DeadLetter', 'Drop']), DEFAULTS.steps.onInvalid)
      .describe('What becomes of a message that does not satisfy the schema: DeadLetter or Drop (counted).')
      .exactOptional(),
  })
  .describe('Checks the event against a JSON Schema.');

const filter = z
  .object({
    expression: expression().describe('A CEL expression over `event` and `message`; messages go on where it is true.'),
    onError: workerDefault(z.enum(['DeadLetter', 'Drop']), DEFAULTS.steps.onError)
      .describe(
        'What becomes of a message for which the expression fails (a missing field, another type): ' +
          'DeadLetter or Drop (counted).',
      )
      .exactOptional(),
  })
  .describe('Keeps the messages for which an expression is true.');

const mapStep = z
  .object({
    set: keywords(map(expression(), 64), { minProperties: 1 })
      .describe(
        'Fields to write, each with the CEL expression that gives its value. A dotted name writes into objects, ' +
          'which are made where they are missing. Every expression reads the event as it came into the step.',
      )
      .exactOptional(),
    remove: listSet(fieldPath(), 64)
      .min(1)
      .describe(
        'Fields to remove, before `set` writes. A dotted name reaches into objects and into every item of lists.',
      )
      .exactOptional(),
  })
  .describe('Writes and removes fields of the event.');

const redact = z
  .object({
    fields: listSet(fieldPath(), 64)
      .min(1)
      .describe('Fields to redact. A dotted name reaches into objects and into every item of lists.'),
    with: z
      .enum(['Remove', 'Mask', 'Hash'])
      .describe(
        'Remove takes the field away, Mask puts "***" in its place, Hash a keyed hash (HMAC-SHA-256): ' +
          'equal values stay equal, without the key nobody can guess them.',
      ),
    keySecretName: objectName()
      .describe(
        'A Secret of this namespace whose entry `key` keys the hash. With Hash, and only then. ' +
          'The kubelet mounts it; the operator never reads it.',
      )
      .exactOptional(),
  })
  .describe('Removes or hides fields before anything leaves the worker.');

const step = z
  .object({
    name: dnsLabel(40).describe(
      'Name of the step, a DNS label unlike that of any other step or sink; progress and dead letters carry it.',
    ),
    validate: validate.exactOptional(),
    filter: filter.exactOptional(),
    map: mapStep.exactOptional(),
    redact: redact.exactOptional(),
    enrich: enrich.exactOptional(),
    code: code.exactOptional(),
  })
  .describe('One step: a name and exactly one kind.');

export const steps = listMap(step, 32).describe(
  'What is done with every message, in this order. Each step has exactly one kind. Absent: messages pass unchanged.',
);

export type Step = z.infer<typeof step>;
export type ValidateStep = z.infer<typeof validate>;
export type FilterStep = z.infer<typeof filter>;
export type MapStep = z.infer<typeof mapStep>;
export type RedactStep = z.infer<typeof redact>;

/** Writing `a` and `a.b` in one step would depend on an order that the API server doesn't keep. */
const noFieldInsideAnother: Rule = rule<Record<string, string>>(
  'spec.steps[].map.set',
  {
    rule: "self.all(k, !self.exists(o, o.startsWith(k + '.')))",
    message: 'no field may lie inside another field that is set, such as a and a.b',
  },
  (self) => Object.keys(self).every((key) => !Object.keys(self).some((other) => other.startsWith(`${key}.`))),
);

export const stepRules: readonly Rule[] = [
  exactlyOne('spec.steps[]', ['validate', 'filter', 'map', 'redact', 'enrich', 'code']),
  rule<MapStep>(
    'spec.steps[].map',
    { rule: 'has(self.set) || has(self.remove)', message: 'set or remove must be set' },
    (self) => self.set !== undefined || self.remove !== undefined,
  ),
  mapKeys('spec.steps[].map.set', {
    maxLength: 253,
    pattern: FIELD_PATH,
    message: 'fields must be names joined by dots, at most 253 characters together',
  }),
  noFieldInsideAnother,
  ...codeRules,
  ...enrichRules,
  rule<RedactStep>(
    'spec.steps[].redact',
    {
      rule: "(self.with == 'Hash') == has(self.keySecretName)",
      message: 'keySecretName must be set with Hash, and only then',
      field: 'keySecretName',
    },
    (self) => (self.with === 'Hash') === (self.keySecretName !== undefined),
  ),
];
