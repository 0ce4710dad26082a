import { DEFAULTS } from '../defaults.ts';
import { durationMs } from '../duration.ts';
import type { CodeStep } from '../spec/code-step.ts';
import type { EnrichStep, HttpLookup } from '../spec/enrich-step.ts';
import type { DeadLetter } from '../spec/dead-letter.ts';
import type { Format, JetStreamSource, StartFrom } from '../spec/source.ts';
import type { HttpSink } from '../spec/http-sink.ts';
import type { KvSink } from '../spec/kv-sink.ts';
import type { RetryPolicy } from '../spec/sinks.ts';
import type { FilterStep, MapStep, RedactStep, ValidateStep } from '../spec/steps.ts';
import type { ResourceQuantities, WorkerTemplate } from '../spec/worker.ts';
import type { ValidEnrichStep, ValidSink, ValidSource, ValidStep } from '../stream-job.ts';
import type { WorkerManifest } from './worker-manifest.ts';

export type ResolvedJetStreamSource = {
  stream: string;
  /** Empty: all subjects. */
  subjects: readonly string[];
  startFrom: StartFrom;
  ackWaitMs: number;
  messageId: 'Stored' | 'Producer';
};
export type ResolvedSource = { format: Format; jetstream: ResolvedJetStreamSource };
/** Exactly one of `source` and `configMap` is there. */
export type ResolvedCode = Pick<CodeStep, 'source' | 'configMap'> & {
  timeoutMs: number;
  memoryMebibytes: number;
  onError: 'DeadLetter' | 'Drop';
};
export type ResolvedHttpLookup = Pick<HttpLookup, 'url' | 'credentialsSecretName'> & {
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  concurrency: number;
  cache: { ttlMs: number; missTtlMs: number; maxEntries: number };
};
export type ResolvedEnrich = Required<Omit<EnrichStep, 'kv' | 'http'>> &
  ({ kv: { bucket: string; maxBytes: number } } | { http: ResolvedHttpLookup });
export type ResolvedStep = { name: string } & (
  | { validate: Required<ValidateStep> }
  | { filter: Required<FilterStep> }
  | { map: Required<MapStep> }
  | { redact: RedactStep }
  | { enrich: ResolvedEnrich }
  | { code: ResolvedCode }
);
export type ResolvedRetry = { maxAttempts: number; initialBackoffMs: number; maxBackoffMs: number };
export type ResolvedHttpSink = Pick<HttpSink, 'url' | 'contentType' | 'credentialsSecretName'> & {
  method: 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  /** Absent: one request a result. */
  batch?: { maxMessages: number; maxBytes: number; maxWaitMs: number; format: 'JsonArray' | 'JsonLines' };
  timeoutMs: number;
  concurrency: number;
  idempotencyHeader: string;
};
export type ResolvedSink = {
  name: string;
  /** Absent: every message. */
  when?: string;
  retry: ResolvedRetry;
} & (
  | { jetstream: { subject: string; headers: Readonly<Record<string, string>> } }
  | { kv: Required<KvSink> }
  | { http: ResolvedHttpSink }
);
export type ResolvedWorker = Omit<WorkerTemplate, 'resources' | 'terminationGracePeriod'> & {
  resources: ResourceQuantities;
  terminationGracePeriodMs: number;
};

/** A worker manifest with every default filled in and every duration in milliseconds. */
export type ResolvedManifest = {
  /** `namespace` is `default` where the manifest names none, as from a shell. */
  metadata: { name: string; namespace: string };
  spec: {
    source: ResolvedSource;
    steps: readonly ResolvedStep[];
    sinks: readonly ResolvedSink[];
    deadLetter: Required<DeadLetter>;
    worker: ResolvedWorker;
  };
};

export function resolveDefaults(manifest: WorkerManifest): ResolvedManifest {
  const { metadata, spec } = manifest;
  return {
    metadata: { namespace: 'default', ...metadata },
    spec: {
      source: resolveSource(spec.source),
      steps: (spec.steps ?? []).map(resolveStep),
      sinks: spec.sinks.map(resolveSink),
      deadLetter: { ...DEFAULTS.deadLetter, ...spec.deadLetter },
      worker: resolveWorker(spec.worker ?? {}),
    },
  };
}

function resolveSource(source: ValidSource): ResolvedSource {
  return { format: source.format ?? DEFAULTS.source.format, jetstream: resolveJetStream(source.jetstream) };
}

function resolveJetStream(source: JetStreamSource): ResolvedJetStreamSource {
  const { stream, startFrom, subjects = [], ackWait = DEFAULTS.source.ackWait } = source;
  const { messageId = DEFAULTS.source.messageId } = source;
  return { stream, subjects, startFrom, ackWaitMs: durationMs(ackWait), messageId };
}

function resolveStep(step: ValidStep): ResolvedStep {
  const { name } = step;
  if ('validate' in step) return { name, validate: { onInvalid: DEFAULTS.steps.onInvalid, ...step.validate } };
  if ('filter' in step) return { name, filter: { onError: DEFAULTS.steps.onError, ...step.filter } };
  if ('map' in step) return { name, map: { set: {}, remove: [], ...step.map } };
  if ('enrich' in step) return { name, enrich: resolveEnrich(step.enrich) };
  if ('code' in step) return { name, code: resolveCode(step.code) };
  return { name, redact: step.redact };
}

function resolveEnrich(step: ValidEnrichStep): ResolvedEnrich {
  const defaults = { ...DEFAULTS.steps.enrich, onError: DEFAULTS.steps.onError };
  const { key, into, format = defaults.format, onMissing = defaults.onMissing, onError = defaults.onError } = step;
  const resolved = { key, into, format, onMissing, onError };
  if ('http' in step) return { ...resolved, http: resolveHttpLookup(step.http) };
  const { bucket, maxBytes = defaults.kv.maxBytes } = step.kv;
  return { ...resolved, kv: { bucket, maxBytes: bytesOf(maxBytes) } };
}

function resolveHttpLookup({ timeout, cache = {}, ...http }: HttpLookup): ResolvedHttpLookup {
  const defaults = DEFAULTS.steps.enrich.http;
  const { ttl, missTtl, maxEntries } = { ...defaults.cache, ...cache };
  return {
    ...{ concurrency: defaults.concurrency, headers: {}, ...http },
    timeoutMs: durationMs(timeout ?? defaults.timeout),
    cache: { ttlMs: durationMs(ttl), missTtlMs: durationMs(missTtl), maxEntries },
  };
}

function resolveCode({ timeout, memory, onError, ...module }: CodeStep): ResolvedCode {
  const { steps } = DEFAULTS;
  return {
    ...module,
    timeoutMs: durationMs(timeout ?? steps.code.timeout),
    memoryMebibytes: Number.parseInt(memory ?? steps.code.memory, 10),
    onError: onError ?? steps.onError,
  };
}

function resolveSink(sink: ValidSink): ResolvedSink {
  const { name, when, retry = {} } = sink;
  const resolved = { name, ...(when !== undefined && { when }), retry: resolveRetry(retry) };
  if ('jetstream' in sink) return { ...resolved, jetstream: { headers: {}, ...sink.jetstream } };
  if ('kv' in sink) return { ...resolved, kv: { ...DEFAULTS.sinks.kv, ...sink.kv } };
  return { ...resolved, http: resolveHttpSink(sink.http) };
}

function resolveHttpSink({ batch, timeout, ...http }: HttpSink): ResolvedHttpSink {
  const { method, timeout: defaultTimeout, concurrency, idempotencyHeader } = DEFAULTS.sinks.http;
  return {
    ...{ method, concurrency, idempotencyHeader, headers: {}, ...http },
    timeoutMs: durationMs(timeout ?? defaultTimeout),
    ...(batch !== undefined && { batch: resolveBatch(batch) }),
  };
}

function resolveBatch(batch: NonNullable<HttpSink['batch']>): NonNullable<ResolvedHttpSink['batch']> {
  const { maxMessages, maxBytes, maxWait, format } = { ...DEFAULTS.sinks.http.batch, ...batch };
  return { maxMessages, maxBytes: bytesOf(maxBytes), maxWaitMs: durationMs(maxWait), format };
}

/** `64Ki`, `1Mi`. */
function bytesOf(quantity: string): number {
  return Number.parseInt(quantity, 10) * (quantity.endsWith('Mi') ? 2 ** 20 : 2 ** 10);
}

function resolveRetry(retry: RetryPolicy): ResolvedRetry {
  const { maxAttempts = DEFAULTS.retry.maxAttempts, backoff = {} } = retry;
  const { initial, max } = { ...DEFAULTS.retry.backoff, ...backoff };
  return { maxAttempts, initialBackoffMs: durationMs(initial), maxBackoffMs: durationMs(max) };
}

function resolveWorker(worker: WorkerTemplate): ResolvedWorker {
  const { resources, terminationGracePeriod = DEFAULTS.worker.terminationGracePeriod, ...rest } = worker;
  return {
    ...rest,
    resources: resources ?? structuredClone(DEFAULTS.worker.resources),
    terminationGracePeriodMs: durationMs(terminationGracePeriod),
  };
}
