import { changed } from './change.ts';

/** A manifest as a user might write it, before anyone looked at it. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  spec: Record<string, unknown>;
};

/** The least that a job must say. */
export const minimalJob: Manifest = {
  apiVersion: 'streamjobs.dev/v1alpha1',
  kind: 'StreamJob',
  metadata: { name: 'minimal' },
  spec: {
    source: { jetstream: { stream: 'FLIGHTS', startFrom: { policy: 'All' } } },
    sinks: [{ name: 'out', jetstream: { subject: 'out.all' } }],
  },
};

/** A job that says everything that can be said. */
export const fullJob: Manifest = {
  apiVersion: 'streamjobs.dev/v1alpha1',
  kind: 'StreamJob',
  metadata: { name: 'long-delays' },
  spec: {
    connection: 'flights',
    credentialsSecretName: 'nats-user',
    suspend: true,
    replicas: 3,
    deletionPolicy: 'Retain',
    source: {
      format: 'Json',
      jetstream: {
        stream: 'FLIGHTS',
        subjects: ['flights.>', 'delays.*.eu'],
        startFrom: { policy: 'All' },
        ackWait: '1m30s',
        messageId: 'Producer',
      },
    },
    steps: [
      {
        name: 'well-formed',
        validate: {
          schema: {
            type: 'object',
            required: ['origin', 'delay'],
            properties: { delay: { type: 'number' }, note: { enum: [null, 'late'] } },
          },
          onInvalid: 'Drop',
        },
      },
      { name: 'late', filter: { expression: 'event.delay > 60', onError: 'Drop' } },
      {
        name: 'shape',
        map: { set: { hours: 'event.delay / 60.0', 'place.from': 'event.origin' }, remove: ['internal', 'crew.names'] },
      },
      { name: 'privacy', redact: { fields: ['tailNumber'], with: 'Hash', keySecretName: 'pii-key' } },
      { name: 'secrecy', redact: { fields: ['pilot.name'], with: 'Mask' } },
      {
        name: 'score',
        code: {
          source: 'export default (event, message) => ({ ...event, score: 1 })',
          timeout: '250ms',
          memory: '128Mi',
          onError: 'Drop',
        },
      },
      {
        name: 'airline',
        enrich: {
          key: "event.airline + '.' + message.subject",
          into: 'airline.details',
          kv: { bucket: 'airlines', maxBytes: '16Mi' },
          format: 'Text',
          onMissing: 'Null',
          onError: 'Drop',
        },
      },
      {
        name: 'weather',
        enrich: {
          key: 'event.origin',
          into: 'weather',
          http: {
            url: 'https://weather.example.com/v1/${key}/now?unit=c&place=${key}',
            headers: { Accept: 'application/json' },
            credentialsSecretName: 'weather-token',
            timeout: '500ms',
            concurrency: 4,
            cache: { ttl: '5m', missTtl: '0s', maxEntries: 500 },
          },
          onMissing: 'Pass',
        },
      },
    ],
    sinks: [
      {
        name: 'alerts',
        when: 'event.hours > 3.0',
        jetstream: { subject: 'alerts.${event.origin}', headers: { 'X-Origin': '${event.origin}', plain: 'yes' } },
        retry: { maxAttempts: 3, backoff: { initial: '500ms', max: '30s' } },
      },
      { name: 'all', jetstream: { subject: 'delays.by-${event.origin}.v1' } },
      { name: 'latest', kv: { bucket: 'latest', key: 'flights.${event.origin}', operation: 'Delete' } },
      {
        name: 'hook',
        http: {
          url: 'https://hooks.example.com/flights/${event.origin}?late=${event.hours > 1.0}',
          method: 'PUT',
          headers: { 'X-Origin': '${event.origin}' },
          contentType: 'application/vnd.example+json',
          timeout: '5s',
          concurrency: 8,
          idempotencyHeader: 'X-Request-Id',
          credentialsSecretName: 'hook-token',
        },
      },
      {
        name: 'archive',
        http: {
          url: 'http://archive.tools.svc:8080/flights',
          batch: { maxMessages: 500, maxBytes: '64Ki', maxWait: '1s', format: 'JsonLines' },
        },
      },
    ],
    deadLetter: { enabled: false },
    worker: {
      resources: {
        requests: { cpu: 1, memory: '128Mi', 'ephemeral-storage': '1Gi' },
        limits: { cpu: '1500m', memory: '512Mi' },
      },
      labels: { team: 'flights', 'example.com/tier': '' },
      annotations: { 'example.com/note': 'anything: at all' },
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'spot', operator: 'Equal', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 }],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
      ],
      priorityClassName: 'high',
      serviceAccountName: 'flights-worker',
      imagePullSecrets: [{ name: 'registry' }],
      terminationGracePeriod: '2m',
    },
  },
};

const START = 'spec.source.jetstream.startFrom';
const SUBJECT = 'spec.sinks[0].jetstream.subject';

/** Manifests that must be taken, by what is special about them. */
export const goodManifests: Readonly<Record<string, Manifest>> = {
  minimal: minimalJob,
  full: fullJob,
  'no replicas': changed(minimalJob, 'spec.replicas', 0),
  'the longest name': changed(minimalJob, 'metadata.name', `a${'-b'.repeat(25)}c`),
  'a name that begins with a digit': changed(minimalJob, 'metadata.name', '2-flights'),
  'from a time': changed(minimalJob, START, { policy: 'Time', time: '2026-01-31T23:59:59.123456789+02:00' }),
  'from a sequence': changed(minimalJob, START, { policy: 'Sequence', sequence: 9_007_199_254_740_991 }),
  'last per subject': changed(minimalJob, START, { policy: 'LastPerSubject' }),
  'validated and redacted in no format of its own': changed(minimalJob, 'spec.steps', [
    { name: 'well-formed', validate: { schema: { type: 'object' } } },
    { name: 'privacy', redact: { fields: ['name'], with: 'Mask' } },
  ]),
  'code in a ConfigMap': changed(minimalJob, 'spec.steps', [
    { name: 'score', code: { configMap: { name: 'score.v2', key: 'score_v2.js' } } },
  ]),
  'the longest code': changed(minimalJob, 'spec.steps', [
    { name: 'score', code: { source: `export default () => null;//${'x'.repeat(64 * 1024 - 28)}`, memory: '1024Mi' } },
  ]),
  'bytes that code makes objects of': changed(changed(minimalJob, 'spec.source.format', 'Bytes'), 'spec.steps', [
    { name: 'decode', code: { source: 'export default (bytes) => ({ first: bytes[0] })' } },
    { name: 'well-formed', validate: { schema: { type: 'object' } } },
    { name: 'privacy', redact: { fields: ['name'], with: 'Mask' } },
  ]),
  'enriched in no word more than needed': changed(minimalJob, 'spec.steps', [
    { name: 'bucket', enrich: { key: 'event.id', into: 'a', kv: { bucket: 'B' } } },
    { name: 'server', enrich: { key: 'event.id', into: 'a.b', http: { url: 'http://a.example?id=${key}' } } },
  ]),
  'an empty list of steps': changed(minimalJob, 'spec.steps', []),
  'every subject': changed(minimalJob, 'spec.source.jetstream.subjects', ['>']),
  'subjects of the server': changed(minimalJob, 'spec.source.jetstream.subjects', ['$KV.flights.>', '*.a.*']),
  'a stream name in another script': changed(minimalJob, 'spec.source.jetstream.stream', 'FLÜGE_日本'),
  'a subject of one token': changed(minimalJob, SUBJECT, 'alerts'),
  'an expression with braces and spaces': changed(minimalJob, SUBJECT, "alerts.${ {'a': '} > *'}['a'] }.end"),
  'sinks that say the least': changed(minimalJob, 'spec.sinks', [
    { name: 'kv', kv: { bucket: 'a', key: '${event.id}' } },
    { name: 'http', http: { url: 'https://a.example' } },
    { name: 'batches', http: { url: 'https://[fd00::1]:8443/?a=b', batch: {} } },
  ]),
  'a batch of texts that became JSON': changed(changed(minimalJob, 'spec.source.format', 'Text'), 'spec', {
    source: { format: 'Text', jetstream: { stream: 'LOGS', startFrom: { policy: 'New' } } },
    steps: [{ name: 'shape', map: { set: { line: 'event' } } }],
    sinks: [{ name: 'http', http: { url: 'https://a.example/', batch: { format: 'JsonLines' } } }],
  }),
  'a null where a field may be absent': changed(minimalJob, 'spec.worker', null),
  'the shortest and longest ack wait': changed(minimalJob, 'spec.source.jetstream.ackWait', '0.5h30m'),
};
