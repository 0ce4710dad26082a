import { type ResolvedHttpSink, type ResolvedManifest } from '@streamjob/crds';
import { type TemplateKind } from '@streamjob/expressions';
import { type EventShape } from '../steps/index.ts';
import { type Header } from './types.ts';

type SinkSpec = ResolvedManifest['spec']['sinks'][number];
type JetStream = Extract<SinkSpec, { jetstream: unknown }>['jetstream'];
type Kv = Extract<SinkSpec, { kv: unknown }>['kv'];

export type TemplateOf = { readonly source: string; readonly kind: TemplateKind; readonly path: string };

/** What a kind of sink says about its results, before anything is compiled. */
export type SinkKind = {
  /** Where results go, and how it is written. */
  readonly target: TemplateOf & { readonly prefix?: string };
  /** Header that carries a result's id: the first of all. */
  readonly idHeader: string;
  /** Headers that every result has. */
  readonly fixed: readonly Header[];
  /** Templates of headers, by name, and where they stand in the manifest. */
  readonly headers: { readonly sources: Readonly<Record<string, string>>; readonly path: string };
  /** Whether a source message's header of this name, in lower case, is passed on. */
  readonly passesOn: (name: string) => boolean;
  /** Whether the event goes along, or only the fact that there was one. */
  readonly carriesEvent: boolean;
  /** Absent: what the NATS server takes. */
  readonly maxBytes?: number;
};

const MESSAGE_ID = 'Nats-Msg-Id';
/** Says in a KV bucket that a key is gone. */
const KV_OPERATION = 'KV-Operation';
/** A result that is larger than any batch may be. */
const MAX_HTTP_BYTES = 8 * 1024 * 1024;

const CONTENT_TYPES: Readonly<Record<EventShape, string>> = {
  Json: 'application/json',
  Text: 'text/plain; charset=utf-8',
  Bytes: 'application/octet-stream',
};

/** What of a message's headers goes to other people's servers: they may hold anything, credentials too. */
const TRACE_CONTEXT: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

export function kindOf(spec: SinkSpec, path: string, shape: EventShape): SinkKind {
  if ('jetstream' in spec) return jetStream(spec.jetstream, `${path}.jetstream`);
  if ('kv' in spec) return kv(spec.kv, `${path}.kv`);
  return http(spec.http, `${path}.http`, shape);
}

function jetStream({ subject, headers }: JetStream, path: string): SinkKind {
  return {
    target: { source: subject, kind: 'subject', path: `${path}.subject` },
    idHeader: MESSAGE_ID,
    fixed: [],
    headers: { sources: headers, path: `${path}.headers` },
    passesOn: () => true,
    carriesEvent: true,
  };
}

/** A bucket is a stream, and its keys are subjects: a put is a publication, a delete one that says so. */
function kv({ bucket, key, operation }: Kv, path: string): SinkKind {
  const isPut = operation === 'Put';
  return {
    target: { source: key, kind: 'kv-key', path: `${path}.key`, prefix: `$KV.${bucket}.` },
    idHeader: MESSAGE_ID,
    fixed: isPut ? [] : [[KV_OPERATION, 'DEL']],
    headers: { sources: {}, path },
    // A source that is a bucket itself would turn puts into deletes.
    passesOn: (name) => name !== KV_OPERATION.toLowerCase(),
    carriesEvent: isPut,
  };
}

function http(spec: ResolvedHttpSink, path: string, shape: EventShape): SinkKind {
  const lines = spec.batch?.format === 'JsonLines';
  const contentType = spec.contentType ?? (lines ? 'application/x-ndjson' : CONTENT_TYPES[shape]);
  return {
    target: { source: spec.url, kind: 'url', path: `${path}.url` },
    idHeader: spec.idempotencyHeader,
    fixed: [['Content-Type', contentType]],
    headers: { sources: spec.headers, path: `${path}.headers` },
    // The messages of a batch belong to several traces.
    passesOn: (name) => spec.batch === undefined && TRACE_CONTEXT.has(name),
    carriesEvent: true,
    maxBytes: MAX_HTTP_BYTES,
  };
}
