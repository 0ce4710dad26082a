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
  bad('a module’s timeout too short', 'spec.steps[5].code.timeout', '99ms'),
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

const ENRICH = 'spec.steps[6].enrich';
const SERVER = 'spec.steps[7].enrich';

const ofEnriching: readonly BadManifest[] = [
  bad('enrich without a key', `${ENRICH}.key`, undefined),
  bad('enrich with an empty key', `${ENRICH}.key`, ''),
  bad('enrich into nothing', `${ENRICH}.into`, undefined),
  bad('enrich into a field with an empty part', `${ENRICH}.into`, 'a..b'),
  bad('enrich from nowhere', `${ENRICH}.kv`, undefined, ENRICH),
  bad('enrich from two places', `${ENRICH}.http`, { url: 'https://a.example/${key}' }, ENRICH),
  bad('enrich in an unknown format', `${ENRICH}.format`, 'Bytes'),
  bad('an unknown onMissing', `${ENRICH}.onMissing`, 'Ignore'),
  bad('enrich with an unknown onError', `${ENRICH}.onError`, 'Null'),
  bad('enrich from no bucket', `${ENRICH}.kv.bucket`, undefined),
  bad('enrich from a bucket with a dot', `${ENRICH}.kv.bucket`, 'a.b'),
  bad('too much memory for a bucket', `${ENRICH}.kv.maxBytes`, '1025Mi'),
  bad('no memory for a bucket', `${ENRICH}.kv.maxBytes`, '0Mi'),
  bad('memory for a bucket without a unit', `${ENRICH}.kv.maxBytes`, '1000000'),
  bad('enrich from no url', `${SERVER}.http.url`, undefined),
  bad('enrich from a url without the key', `${SERVER}.http.url`, 'https://a.example/b'),
  bad('enrich from a url with another expression', `${SERVER}.http.url`, 'https://a.example/${key}/${event.a}'),
  bad('enrich from a host out of the event', `${SERVER}.http.url`, 'https://${key}/a'),
  bad('enrich from a host that ends in the key', `${SERVER}.http.url`, 'https://a.example.${key}/'),
  bad('enrich from a port out of the event', `${SERVER}.http.url`, 'https://a.example:${key}/'),
  bad('enrich from a url with a password', `${SERVER}.http.url`, 'https://user:secret@a.example/${key}'),
  bad('enrich from a url of another scheme', `${SERVER}.http.url`, 'file:///${key}'),
  bad('enrich from a url with a fragment', `${SERVER}.http.url`, 'https://a.example/#${key}'),
  bad('enrich with an Authorization header', `${SERVER}.http.headers`, { Authorization: 'Bearer x' }),
  bad('enrich with a header name with a space', `${SERVER}.http.headers`, { 'a b': 'x' }),
  bad('enrich with a header of two lines', `${SERVER}.http.headers.Accept`, 'a\r\nb: c'),
  bad('enrich with a secret with a slash', `${SERVER}.http.credentialsSecretName`, 'a/b'),
  bad('enrich with a request that takes too long', `${SERVER}.http.timeout`, '31s'),
  bad('enrich with no request at once', `${SERVER}.http.concurrency`, 0),
  bad('enrich that remembers for too long', `${SERVER}.http.cache.ttl`, '25h'),
  bad('enrich that remembers misses for too long', `${SERVER}.http.cache.missTtl`, '25h'),
  bad('enrich that remembers next to nothing', `${SERVER}.http.cache.maxEntries`, 15),
  {
    name: 'enriching a text',
    manifest: changed(changed(minimalJob, 'spec.source.format', 'Text'), 'spec.steps', [
      { name: 'known', enrich: { key: 'event', into: 'a', kv: { bucket: 'B' } } },
    ]),
    field: 'spec.steps',
  },
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

const KV = 'spec.sinks[2].kv';
const HTTP = 'spec.sinks[3].http';
const BATCHES = 'spec.sinks[4].http';

const ofOtherSinks: readonly BadManifest[] = [
  bad('a sink of two kinds', 'spec.sinks[1].kv', { bucket: 'a', key: 'b' }, 'spec.sinks[1]'),
  bad('no bucket', `${KV}.bucket`, undefined),
  bad('a bucket with a dot', `${KV}.bucket`, 'a.b'),
  bad('a bucket with a wildcard', `${KV}.bucket`, '*'),
  bad('no key', `${KV}.key`, undefined),
  bad('an empty key', `${KV}.key`, ''),
  bad('an unknown operation', `${KV}.operation`, 'Purge'),
  bad('no url', `${HTTP}.url`, undefined),
  bad('a url without a scheme', `${HTTP}.url`, 'hooks.example.com/a'),
  bad('a url of another scheme', `${HTTP}.url`, 'file:///etc/passwd'),
  bad('a url with a host out of the event', `${HTTP}.url`, 'https://${event.host}/a'),
  bad('a url with a part of the host out of the event', `${HTTP}.url`, 'https://a.${event.host}/a'),
  bad('a url with a port out of the event', `${HTTP}.url`, 'https://a:${event.port}/a'),
  bad('a url with a password', `${HTTP}.url`, 'https://user:secret@a.example/'),
  bad('an unknown method', `${HTTP}.method`, 'DELETE'),
  bad('a header of the connection', `${HTTP}.headers`, { 'Transfer-Encoding': 'chunked' }),
  bad('an Authorization header', `${HTTP}.headers`, { authorization: 'Bearer x' }),
  bad('a Content-Type header', `${HTTP}.headers`, { 'content-TYPE': 'text/plain' }),
  bad('a header name with a space', `${HTTP}.headers`, { 'a b': 'x' }),
  bad('a content type of two lines', `${HTTP}.contentType`, 'text/plain\r\nA: b'),
  bad('a request that takes too long', `${HTTP}.timeout`, '31s'),
  bad('a request that takes no time', `${HTTP}.timeout`, '99ms'),
  bad('no request at once', `${HTTP}.concurrency`, 0),
  bad('too many requests at once', `${HTTP}.concurrency`, 65),
  bad('an id in the Authorization header', `${HTTP}.idempotencyHeader`, 'Authorization'),
  bad('a secret with a slash', `${HTTP}.credentialsSecretName`, 'a/b'),
  bad('a batch to a url out of the event', `${HTTP}.batch`, {}),
  bad('a batch with a header out of the event', `${BATCHES}.headers`, { A: '${event.a}' }, `${BATCHES}.batch`),
  bad('a batch of one', `${BATCHES}.batch.maxMessages`, 1),
  bad('a batch that is too large', `${BATCHES}.batch.maxBytes`, '9Mi'),
  bad('a batch in bytes without a unit', `${BATCHES}.batch.maxBytes`, '1024'),
  bad('a batch that waits too long', `${BATCHES}.batch.maxWait`, '6s'),
  bad('an unknown batch', `${BATCHES}.batch.format`, 'Csv'),
  {
    name: 'a batch of texts',
    manifest: changed(changed(minimalJob, 'spec.source.format', 'Text'), 'spec.sinks', [
      { name: 'http', http: { url: 'https://a.example/', batch: {} } },
    ]),
    field: 'spec.sinks',
  },
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
  ...ofEnriching,
  ...ofTheSinks,
  ...ofOtherSinks,
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
