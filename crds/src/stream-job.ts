import type { API_VERSION, KIND } from './names.ts';
import type { HttpSink } from './spec/http-sink.ts';
import type { KvSink } from './spec/kv-sink.ts';
import type { JetStreamSink, Sink } from './spec/sinks.ts';
import type { JetStreamSource, SourceSpec } from './spec/source.ts';
import type { StreamJobSpec } from './spec/spec.ts';
import type { StreamJobStatus } from './spec/status.ts';
import type { CodeStep } from './spec/code-step.ts';
import type { EnrichStep, HttpLookup, KvLookup } from './spec/enrich-step.ts';
import type { FilterStep, MapStep, RedactStep, Step, ValidateStep } from './spec/steps.ts';

/** The part of Kubernetes' ObjectMeta that a StreamJob's reader may meet. Times are RFC 3339 texts. */
export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
};

/** A StreamJob as the API server gives it: the spec's own defaults are filled in, those of the worker's part are not. */
export type StreamJob = {
  apiVersion: typeof API_VERSION;
  kind: typeof KIND;
  metadata: ObjectMeta;
  spec: StreamJobSpec;
  status?: StreamJobStatus;
};

export type ValidSource = SourceSpec & { jetstream: JetStreamSource };
export type ValidSink = Pick<Sink, 'name' | 'when' | 'retry'> &
  ({ jetstream: JetStreamSink } | { kv: KvSink } | { http: HttpSink });
export type ValidEnrichStep = Omit<EnrichStep, 'kv' | 'http'> & ({ kv: KvLookup } | { http: HttpLookup });
export type ValidStep = Pick<Step, 'name'> &
  (
    | { validate: ValidateStep }
    | { filter: FilterStep }
    | { map: MapStep }
    | { redact: RedactStep }
    | { enrich: ValidEnrichStep }
    | { code: CodeStep }
  );

export type ValidSpec = Omit<StreamJobSpec, 'source' | 'steps' | 'sinks'> & {
  source: ValidSource;
  steps?: ValidStep[];
  sinks: ValidSink[];
};

declare const valid: unique symbol;

/** A StreamJob that `validateStreamJob` accepted: unions hold exactly one member and every bound is kept. */
export type ValidStreamJob = Omit<StreamJob, 'spec'> & { spec: ValidSpec; readonly [valid]: true };

/**
 * Something wrong in a manifest. `path` is as users write it: `spec.steps[2].filter.expression`.
 * `line` and `column` count from 1 inside the text that the field holds.
 */
export type Problem = { path: string; message: string; line?: number; column?: number };
