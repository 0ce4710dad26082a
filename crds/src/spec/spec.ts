import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { rule, transition, type Rule } from '../rules/rule.ts';
import { deadLetter } from './dead-letter.ts';
import { DNS_LABEL, dnsLabel, objectName } from './fields.ts';
import { sinkRules, sinks } from './sinks.ts';
import { source, sourceRules } from './source.ts';
import { stepRules, steps } from './steps.ts';
import { worker, workerRules } from './worker.ts';

export const spec = z
  .object({
    connection: dnsLabel()
      .default(DEFAULTS.spec.connection)
      .describe('A NATS connection that the platform team named. Immutable.'),
    credentialsSecretName: objectName()
      .describe(
        'A Secret of this namespace with the NATS credentials of the workers (nats.creds, nkey, username and password, ' +
          'token, or tls.crt and tls.key). The kubelet mounts it; the operator never reads it. ' +
          'Absent: the one that the connection names, if it names one.',
      )
      .exactOptional(),
    suspend: z
      .boolean()
      .default(DEFAULTS.spec.suspend)
      .describe('Stops the workers and keeps everything else, the place in the stream above all.'),
    replicas: z.int32().min(0).max(1000).default(DEFAULTS.spec.replicas).describe('How many workers run.'),
    deletionPolicy: z
      .enum(['Delete', 'Retain'])
      .default(DEFAULTS.spec.deletionPolicy)
      .describe(
        'What becomes of the durable consumer, and so of the place in the stream, when this job is deleted: ' +
          'Delete, or Retain (a job of the same name goes on from there).',
      ),
    source,
    steps: steps.exactOptional(),
    sinks,
    deadLetter: deadLetter.exactOptional(),
    worker: worker.exactOptional(),
  })
  .describe('What the job reads, does and emits, and how it is run.');

export type StreamJobSpec = z.infer<typeof spec>;

type Metadata = { readonly metadata?: { readonly name?: string } };

const NAME_MAX_LENGTH = 52;

const rootRules: readonly Rule[] = [
  rule<Metadata>(
    '',
    {
      rule: `self.metadata.name.size() <= ${NAME_MAX_LENGTH} && self.metadata.name.matches('${DNS_LABEL.source}')`,
      message: `metadata.name must be a DNS label (lower-case letters, digits and dashes) of at most ${NAME_MAX_LENGTH} characters`,
      field: 'metadata.name',
    },
    ({ metadata }) => {
      const name = metadata?.name ?? '';
      return name.length <= NAME_MAX_LENGTH && DNS_LABEL.test(name);
    },
  ),
];

type Named = { readonly name: string };
type Stations = { readonly steps?: readonly Named[]; readonly sinks: readonly Named[] };

const specRules: readonly Rule[] = [
  transition<{ connection: string }>(
    'spec',
    {
      rule: 'self.connection == oldSelf.connection',
      message: 'connection is immutable: delete this job and create another',
      field: 'connection',
    },
    (self, old) => self.connection === old.connection,
  ),
  rule<Stations>(
    'spec',
    {
      rule: '!has(self.steps) || self.steps.all(a, !self.sinks.exists(b, a.name == b.name))',
      message: 'no sink may have the name of a step',
      field: 'sinks',
    },
    ({ steps: all = [], sinks: others }) => !all.some((a) => others.some((b) => a.name === b.name)),
  ),
  ...['spec.steps[]', 'spec.sinks[]'].map((at) =>
    rule<Named>(
      at,
      { rule: "self.name != 'source'", message: 'the name "source" is taken by the source', field: 'name' },
      (self) => self.name !== 'source',
    ),
  ),
];

type Typed = {
  readonly source: { readonly format?: string };
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
};

/** A payload that is no JSON has no fields until a map or code step has given it some. */
function needsObjectsFirst(kind: 'redact' | 'enrich' | 'validate', format: RegExp, what: string): Rule {
  const first = `self.steps.filter(s, has(s.map) || has(s.code) || has(s.${kind}))`;
  return rule<Typed>(
    'spec',
    {
      rule: `!has(self.source.format) || !self.source.format.matches('${format.source}') || !has(self.steps) || ${first}.size() == 0 || !has(${first}[0].${kind})`,
      message: `${kind} needs ${what}: put a map or code step before it`,
      field: 'steps',
    },
    ({ source: { format: given }, steps: all = [] }) => {
      const [one] = all.filter((step) => 'map' in step || 'code' in step || kind in step);
      return given === undefined || !format.test(given) || one === undefined || !(kind in one);
    },
  );
}

type Emitting = Typed & { readonly sinks: readonly { readonly http?: { readonly batch?: unknown } }[] };

/** What is no JSON can't stand in a list or on a line of JSON. */
const batchNeedsJson: Rule = rule<Emitting>(
  'spec',
  {
    rule:
      "!has(self.source.format) || !self.source.format.matches('^(Text|Bytes)$') || " +
      '(has(self.steps) && self.steps.exists(s, has(s.map) || has(s.code))) || ' +
      '!self.sinks.exists(s, has(s.http) && has(s.http.batch))',
    message: 'batch needs JSON, which Text and Bytes are not: put a map step before the sinks',
    field: 'sinks',
  },
  ({ source: { format = 'Json' }, steps: all = [], sinks: others }) =>
    format === 'Json' ||
    all.some((step) => 'map' in step || 'code' in step) ||
    !others.some(({ http }) => http?.batch !== undefined),
);

const formatRules: readonly Rule[] = [
  batchNeedsJson,
  needsObjectsFirst('redact', /^(Text|Bytes)$/, 'an event with fields, which Text and Bytes are not'),
  needsObjectsFirst('enrich', /^(Text|Bytes)$/, 'an event with fields, which Text and Bytes are not'),
  needsObjectsFirst('validate', /^Bytes$/, 'JSON or text, which Bytes are not'),
];

/** Every rule of the resource, those of the root first. */
export const rules: readonly Rule[] = [
  ...rootRules,
  ...specRules,
  ...formatRules,
  ...sourceRules,
  ...stepRules,
  ...sinkRules,
  ...workerRules,
];
