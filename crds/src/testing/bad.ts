import { changed } from './change.ts';
import { fullJob, minimalJob, type Manifest } from './good.ts';

/** A manifest that must be refused, with the field that the refusal must name. */
export type BadManifest = { readonly name: string; readonly manifest: Manifest; readonly field: string };

const SOURCE = 'spec.source.jetstream';
const WORKER = 'spec.worker';

/** One change of the full job; the refusal names the changed field unless `field` says otherwise. */
const bad = (name: string, path: string, to: unknown, field = path): BadManifest => ({
  name,
  manifest: changed(fullJob, path, to),
  field,
});

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const entries = (count: number): Record<string, string> => Object.fromEntries(many(count, (i) => [`k${i}`, 'v']));

const ofTheJob: readonly BadManifest[] = [
  bad('a name of 53 characters', 'metadata.name', 'a'.repeat(53)),
  bad('a name with a dot', 'metadata.name', 'a.b'),
  bad('no spec', 'spec', undefined),
  bad('a connection in capitals', 'spec.connection', 'Flights'),
  bad('a secret name with a slash', 'spec.credentialsSecretName', 'other/secret'),
  bad('suspend as text', 'spec.suspend', 'yes'),
  bad('replicas below zero', 'spec.replicas', -1),
  bad('too many replicas', 'spec.replicas', 1001),
  bad('half a replica', 'spec.replicas', 1.5),
  bad('an unknown deletion policy', 'spec.deletionPolicy', 'Keep'),
  bad('an unknown field', 'spec.sorce', {}),
  bad('a misspelt field far inside', 'spec.steps[1].filter.onErorr', 'Drop'),
  bad('an unknown field of the worker', 'spec.worker.hostNetwork', true),
];

const ofTheSource: readonly BadManifest[] = [
  bad('no source', 'spec.source', undefined),
  bad('a source of no kind', 'spec.source', { format: 'Json' }),
  bad('an unknown format', 'spec.source.format', 'Avro'),
  bad('no stream', `${SOURCE}.stream`, undefined),
  bad('an empty stream name', `${SOURCE}.stream`, ''),
  bad('a stream name with a dot', `${SOURCE}.stream`, 'A.B'),
  bad('a stream name with a space', `${SOURCE}.stream`, 'A B'),
  bad('a stream name with a wildcard', `${SOURCE}.stream`, 'A>'),
  bad('no start', `${SOURCE}.startFrom`, undefined),
  bad('an unknown start', `${SOURCE}.startFrom.policy`, 'Earliest'),
  bad('a time without a time', `${SOURCE}.startFrom`, { policy: 'Time' }, `${SOURCE}.startFrom.time`),
  bad('a time with policy All', `${SOURCE}.startFrom.time`, '2026-01-01T00:00:00Z'),
  bad(
    'a time without a zone',
    `${SOURCE}.startFrom`,
    { policy: 'Time', time: '2026-01-01' },
    `${SOURCE}.startFrom.time`,
  ),
  bad('no sequence', `${SOURCE}.startFrom`, { policy: 'Sequence' }, `${SOURCE}.startFrom.sequence`),
  bad('sequence 0', `${SOURCE}.startFrom`, { policy: 'Sequence', sequence: 0 }, `${SOURCE}.startFrom.sequence`),
  bad('an empty list of subjects', `${SOURCE}.subjects`, []),
  bad(
    'too many subjects',
    `${SOURCE}.subjects`,
    many(65, (i) => `s.${i}`),
  ),
  bad('the same subject twice', `${SOURCE}.subjects`, ['a.b', 'a.b']),
  bad('a subject with an empty token', `${SOURCE}.subjects`, ['a..b']),
  bad('a subject with > in the middle', `${SOURCE}.subjects`, ['a.>.b']),
  bad('a subject with a wildcard inside a token', `${SOURCE}.subjects`, ['a.b*']),
  bad('a subject with a space', `${SOURCE}.subjects`, ['a b']),
  bad('an ack wait without a unit', `${SOURCE}.ackWait`, '30'),
  bad('an ack wait as a number', `${SOURCE}.ackWait`, 30),
  bad('an ack wait too short', `${SOURCE}.ackWait`, '999ms'),
  bad('an ack wait too long', `${SOURCE}.ackWait`, '1h1s'),
  bad('an ack wait beyond all measure', `${SOURCE}.ackWait`, '999999h999999h999999h'),
  bad('an unknown message id', `${SOURCE}.messageId`, 'Random'),
];

const ofTheSteps: readonly BadManifest[] = [
  bad('a step without a name', 'spec.steps[0].name', undefined),
  bad('a step name with capitals', 'spec.steps[0].name', 'WellFormed'),
  bad('a step name too long', 'spec.steps[0].name', 'a'.repeat(41)),
  bad('a step called source', 'spec.steps[0].name', 'source'),
  bad('two steps of one name', 'spec.steps[1].name', 'well-formed', 'spec.steps[1]'),
  bad('a step of no kind', 'spec.steps[1]', { name: 'late' }),
  bad('a step of two kinds', 'spec.steps[1].map', { remove: ['a'] }, 'spec.steps[1]'),
  bad(
    'too many steps',
    'spec.steps',
    many(33, (i) => ({ name: `s${i}`, filter: { expression: 'true' } })),
  ),
  bad('steps as an object', 'spec.steps', { a: 1 }),
  bad('validate without a schema', 'spec.steps[0].validate.schema', undefined),
  bad('a schema as text', 'spec.steps[0].validate.schema', 'object'),
  bad('an unknown onInvalid', 'spec.steps[0].validate.onInvalid', 'Ignore'),
  bad('no expression', 'spec.steps[1].filter.expression', undefined),
  bad('an empty expression', 'spec.steps[1].filter.expression', ''),
  bad('an expression too long', 'spec.steps[1].filter.expression', 'a'.repeat(4097)),
  bad('an unknown onError', 'spec.steps[1].filter.onError', 'Pass'),
  bad('a map that does nothing', 'spec.steps[2].map', {}),
  bad('a map that sets nothing', 'spec.steps[2].map.set', {}),
  bad('too many fields set', 'spec.steps[2].map.set', entries(65)),
  bad('a field without a name', 'spec.steps[2].map.set', { '': 'event.a' }),
  bad('a field with an empty part', 'spec.steps[2].map.set', { 'a..b': 'event.a' }),
  bad('a field name too long', 'spec.steps[2].map.set', { ['a'.repeat(254)]: 'event.a' }),
  bad('a field set inside another', 'spec.steps[2].map.set', { a: 'event.a', 'a.b': 'event.b' }),
  bad('a value that is no expression', 'spec.steps[2].map.set', { a: 1 }),
  bad('nothing to remove', 'spec.steps[2].map.remove', []),
  bad('a field removed twice', 'spec.steps[2].map.remove', ['a', 'a']),
  bad('nothing to redact', 'spec.steps[3].redact.fields', []),
  bad('a redacted field that ends in a dot', 'spec.steps[3].redact.fields', ['a.']),
  bad('redact without a way', 'spec.steps[3].redact.with', undefined),
  bad('a hash without a key', 'spec.steps[3].redact.keySecretName', undefined),
  bad('a key without a hash', 'spec.steps[4].redact.keySecretName', 'pii-key'),
  bad('no module', 'spec.steps[5].code.source', undefined, 'spec.steps[5].code'),
  bad('a module twice', 'spec.steps[5].code.configMap', { name: 'score', key: 'score.js' }, 'spec.steps[5].code'),
  bad('an empty module', 'spec.steps[5].code.source', ''),
  bad('a module too long', 'spec.steps[5].code.source', 'x'.repeat(64 * 1024 + 1)),
  bad('a module’s timeout too short', 'spec.steps[5].code.timeout', '9ms'),
  bad('a module’s timeout too long', 'spec.steps[5].code.timeout', '31s'),
  bad('too little memory for a module', 'spec.steps[5].code.memory', '15Mi'),
  bad('too much memory for a module', 'spec.steps[5].code.memory', '1025Mi'),
  bad('memory for a module in another unit', 'spec.steps[5].code.memory', '64M'),
  bad('code that passes what fails', 'spec.steps[5].code.onError', 'Pass'),
  bad(
    'a ConfigMap of another namespace',
    'spec.steps[5].code',
    { configMap: { name: 'other/score', key: 'score.js' } },
    'spec.steps[5].code.configMap.name',
  ),
  bad(
    'an entry with a slash',
    'spec.steps[5].code',
    { configMap: { name: 'score', key: '../score.js' } },
    'spec.steps[5].code.configMap.key',
  ),
  {
    name: 'redacting a text',
    manifest: changed(changed(fullJob, 'spec.source.format', 'Text'), 'spec.steps', [
      { name: 'privacy', redact: { fields: ['a'], with: 'Remove' } },
      { name: 'shape', map: { remove: ['b'] } },
    ]),
    field: 'spec.steps',
  },
  { name: 'validating bytes', manifest: changed(fullJob, 'spec.source.format', 'Bytes'), field: 'spec.steps' },
];

const ofTheSinks: readonly BadManifest[] = [
  bad('no sinks', 'spec.sinks', undefined),
  bad('an empty list of sinks', 'spec.sinks', []),
  bad(
    'too many sinks',
    'spec.sinks',
    many(33, (i) => ({ name: `s${i}`, jetstream: { subject: 'a' } })),
  ),
  bad('two sinks of one name', 'spec.sinks[1].name', 'alerts', 'spec.sinks[1]'),
  bad('a sink with the name of a step', 'spec.sinks[1].name', 'late', 'spec.sinks'),
  bad('a sink called source', 'spec.sinks[0].name', 'source'),
  bad('a sink of no kind', 'spec.sinks[1]', { name: 'all' }),
  bad('an empty condition', 'spec.sinks[0].when', ''),
  bad('no subject', 'spec.sinks[0].jetstream.subject', undefined),
  bad('a subject with a wildcard', 'spec.sinks[0].jetstream.subject', 'alerts.*'),
  bad('a subject with >', 'spec.sinks[0].jetstream.subject', 'alerts.>'),
  bad('a subject with a leading dot', 'spec.sinks[0].jetstream.subject', '.alerts'),
  bad('a subject with two dots', 'spec.sinks[0].jetstream.subject', 'alerts..${event.a}'),
  bad('a subject of the server', 'spec.sinks[0].jetstream.subject', '$JS.API.STREAM.PURGE.X'),
  bad('a subject without a literal token', 'spec.sinks[0].jetstream.subject', '${event.where}.alerts'),
  bad('a subject with braces that lack a $', 'spec.sinks[0].jetstream.subject', 'alerts.{event.origin}'),
  bad('a subject with an open expression', 'spec.sinks[0].jetstream.subject', 'alerts.${event.origin'),
  bad('a header value of two lines', 'spec.sinks[0].jetstream.headers.plain', 'a\r\nb: c'),
  bad('a header of the server', 'spec.sinks[0].jetstream.headers', { 'nats-Msg-Id': 'x' }),
  bad('a header name with a colon', 'spec.sinks[0].jetstream.headers', { 'a:b': 'x' }),
  bad('a header name with a line break', 'spec.sinks[0].jetstream.headers', { 'a\nb': 'x' }),
  bad('too many headers', 'spec.sinks[0].jetstream.headers', entries(33)),
  bad('no attempt', 'spec.sinks[0].retry.maxAttempts', 0),
  bad('too many attempts', 'spec.sinks[0].retry.maxAttempts', 101),
  bad('a back-off too short', 'spec.sinks[0].retry.backoff.initial', '9ms'),
  bad('a longest wait too long', 'spec.sinks[0].retry.backoff.max', '2h'),
  bad('a longest wait below the first', 'spec.sinks[0].retry.backoff.max', '100ms'),
  bad(
    'a first wait above the longest',
    'spec.sinks[0].retry.backoff',
    { initial: '2m' },
    'spec.sinks[0].retry.backoff',
  ),
];

const ofTheWorker: readonly BadManifest[] = [
  bad('dead letters as text', 'spec.deadLetter.enabled', 'true'),
  bad('a negative quantity', `${WORKER}.resources.requests.cpu`, '-1'),
  bad('no quantity', `${WORKER}.resources.limits.memory`, '512 MB'),
  bad('an unknown resource', `${WORKER}.resources.limits.gpu`, 1),
  bad('a label of the operator', `${WORKER}.labels`, { 'app.kubernetes.io/name': 'x' }),
  bad('an annotation of the operator', `${WORKER}.annotations`, { 'streamjobs.dev/adopt-consumer': 'true' }),
  bad('an annotation that is no name', `${WORKER}.annotations`, { 'a b': 'x' }),
  bad('a label that is no name', `${WORKER}.labels`, { 'a b': 'x' }),
  bad('a label value with a space', `${WORKER}.labels.team`, 'our team'),
  bad('too many labels', `${WORKER}.labels`, entries(33)),
  bad('a node label that is no name', `${WORKER}.nodeSelector`, { 'a/b/c': 'x' }),
  bad('an unknown taint effect', `${WORKER}.tolerations[0].effect`, 'Never'),
  bad('an unknown affinity', `${WORKER}.affinity.gravity`, {}),
  bad('no skew', `${WORKER}.topologySpreadConstraints[0].maxSkew`, 0),
  bad('a service account in capitals', `${WORKER}.serviceAccountName`, 'Worker'),
  bad('the same pull secret twice', `${WORKER}.imagePullSecrets`, [{ name: 'a' }, { name: 'a' }]),
  bad('a grace period too short', `${WORKER}.terminationGracePeriod`, '4s'),
  bad('a grace period too long', `${WORKER}.terminationGracePeriod`, '61m'),
];

/** Manifests that must be refused: by the API server when it is told to be strict, and by our validator. */
export const badManifests: readonly BadManifest[] = [
  ...ofTheJob,
  ...ofTheSource,
  ...ofTheSteps,
  ...ofTheSinks,
  ...ofTheWorker,
];

/** A change of a job that was taken, which must be refused, with the field that the refusal must name. */
export type BadUpdate = {
  readonly name: string;
  readonly from: Manifest;
  readonly to: Manifest;
  readonly field: string;
};

const update = (name: string, path: string, to: unknown, from = minimalJob): BadUpdate => ({
  name,
  from,
  to: changed(from, path, to),
  field: path,
});

/** Changes of what is immutable. */
export const badUpdates: readonly BadUpdate[] = [
  update('another connection', 'spec.connection', 'other'),
  update('back to the default connection', 'spec.connection', undefined, fullJob),
  update('another stream', `${SOURCE}.stream`, 'OTHER'),
  update('another start', `${SOURCE}.startFrom`, { policy: 'New' }),
  update(
    'another sequence',
    `${SOURCE}.startFrom`,
    { policy: 'Sequence', sequence: 3 },
    changed(minimalJob, `${SOURCE}.startFrom`, { policy: 'Sequence', sequence: 2 }),
  ),
];
