import fc from 'fast-check';
import { PlainNumber, type Plain } from '../../codecs/testing/plain-json.ts';
import { type Header, type SourceMessage } from '../types.ts';
import { type Job } from './compiled-pipeline.ts';
import { expressions, fieldName as name } from './plain-expression.ts';
import { stepName, type PlainSink, type PlainStep, type PlainTemplate } from './plain-job.ts';
import { sourceMessage } from './source-message.ts';

const path = fc.oneof(
  name,
  fc.tuple(name, name).map((names) => names.join('.')),
  fc.constantFrom('new', 'new.x', 'new.y.z'),
);
const onFailure = fc.boolean();

const isObject = (event: Plain): boolean => event instanceof Map;
const isNumber = (value: Plain | undefined): boolean =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof PlainNumber;

/** Schemas, and what they mean. */
const schemas = fc.constantFrom<readonly [schema: Record<string, unknown>, isValid: (event: Plain) => boolean]>(
  [{ type: 'object' }, isObject],
  [{ required: ['a'] }, (event) => !(event instanceof Map) || event.has('a')],
  [
    { type: ['object', 'array'], properties: { a: { type: 'number' } } },
    (event) => Array.isArray(event) || (event instanceof Map && (!event.has('a') || isNumber(event.get('a') as Plain))),
  ],
  [{ not: { type: 'string', maxLength: 3 } }, (event) => typeof event !== 'string' || Array.from(event).length > 3],
);

/** No path may lie inside another. */
const isApart = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): boolean =>
  !`${a}.`.startsWith(`${b}.`) && !`${b}.`.startsWith(`${a}.`);

const set = fc
  .array(fc.tuple(path, expressions.any), { minLength: 1, maxLength: 3 })
  .map((all) => all.filter((one, index) => all.slice(0, index).every((other) => isApart(one, other))));

const step: fc.Arbitrary<PlainStep> = fc.oneof(
  fc
    .tuple(schemas, onFailure)
    .map(([[schema, isValid], drops]) => ({ kind: 'validate' as const, schema, isValid, drops })),
  fc.record({ kind: fc.constant('filter' as const), expression: expressions.bool, drops: onFailure }),
  fc.record({ kind: fc.constant('map' as const), set, remove: fc.uniqueArray(path, { maxLength: 2 }) }),
  fc.record({
    kind: fc.constant('redact' as const),
    fields: fc.uniqueArray(path, { minLength: 1, maxLength: 2, comparator: (a, b) => !isApart([a, 0], [b, 0]) }),
    with: fc.constantFrom('Remove' as const, 'Mask' as const, 'Hash' as const),
  }),
);
export const steps = fc.array(step, { maxLength: 4 });

const value = fc.oneof(expressions.field, expressions.text, expressions.bool);
const subject: fc.Arbitrary<PlainTemplate> = fc.oneof(
  fc.constant(['out']),
  value.map((part) => ['out.', part]),
  fc.tuple(value, value).map(([one, two]) => ['out.x-', one, '.', two, '.y']),
);
const header: fc.Arbitrary<PlainTemplate> = fc.oneof(
  value.map((part) => [part]),
  value.map((part) => ['v=', part]),
);
const sink = fc.record({
  when: fc.option(expressions.bool, { nil: undefined }),
  subject,
  headers: fc.dictionary(fc.constantFrom('X-Own', 'X-Kind'), header, { maxKeys: 2 }),
});
export const sinks: fc.Arbitrary<readonly PlainSink[]> = fc
  .array(sink, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one, index) => ({ ...one, name: `sink${index}` })));

/** The same as a manifest says it. */
export function asManifest(all: readonly PlainStep[], to: readonly PlainSink[]): Job {
  return {
    steps: all.map((one, index) => ({ name: stepName(index), ...stepSpec(one) })),
    sinks: to.map(({ name: sinkName, when, subject: where, headers }) => ({
      name: sinkName,
      subject: asTemplate(where),
      headers: Object.fromEntries(Object.entries(headers).map(([key, template]) => [key, asTemplate(template)])),
      ...(when !== undefined && { when: when.cel }),
    })),
  };
}

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;
type StepSpec = DistributiveOmit<NonNullable<Job['steps']>[number], 'name'>;

function stepSpec(one: PlainStep): StepSpec {
  switch (one.kind) {
    case 'validate':
      return { validate: { schema: one.schema, onInvalid: one.drops ? 'Drop' : 'DeadLetter' } };
    case 'filter':
      return { filter: { expression: one.expression.cel, onError: one.drops ? 'Drop' : 'DeadLetter' } };
    case 'map':
      return { map: { set: Object.fromEntries(one.set.map(([to, { cel }]) => [to, cel])), remove: [...one.remove] } };
    case 'redact':
      return {
        redact: { fields: [...one.fields], with: one.with, ...(one.with === 'Hash' && { keySecretName: 'pii-key' }) },
      };
  }
}

const asTemplate = (template: PlainTemplate): string =>
  template.map((part) => (typeof part === 'string' ? part : `\${${part.cel}}`)).join('');

const hostile = fc.constantFrom('>', '*', ' ', '.', '', '\r\nX: y', '\0', '$JS.API', 'x'.repeat(300), '\ud800', '😀é');
const number = fc.oneof(
  fc.constantFrom('0', '1', '1.0', '2', '2.5', '-0', '1e2', '1e400'),
  fc.constantFrom('9007199254740993', '-9223372036854775808', '9223372036854775808', '0.1234567890123456789'),
);

/** JSON texts, whose numbers may be of any kind. */
const json = fc.letrec<{ value: string; map: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: number },
    { weight: 2, arbitrary: fc.oneof(hostile, fc.constantFrom('LAX', 'b')).map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null') },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`) },
    { weight: 3, arbitrary: tie('map') },
    { weight: 2, arbitrary: fc.array(tie('map'), { minLength: 1, maxLength: 2 }).map((maps) => `[${maps.join(',')}]`) },
  ),
  map: fc
    .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 4, selector: ([key]) => key })
    .map((entries) => `{${entries.map(([key, inner]) => `"${key}": ${inner}`).join(',')}}`),
}));

const payload = fc.oneof(
  { weight: 8, arbitrary: json.map.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: json.value.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '{"a":1,"a":2}', '\ufeff{"a":1}').map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
);

const sourceHeader: fc.Arbitrary<Header> = fc.tuple(
  fc.constantFrom('x-kind', 'X-Own', 'Nats-Msg-Id', 'traceparent', 'b ad', 'ünicode'),
  fc.constantFrom('k', '', 'é', 'a\r\nb'),
);
export const messages: fc.Arbitrary<SourceMessage> = fc
  .record({
    body: payload,
    headers: fc.array(sourceHeader, { maxLength: 4 }),
    sequence: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ body, headers, sequence }) => sourceMessage(body, { headers, sequence }));
