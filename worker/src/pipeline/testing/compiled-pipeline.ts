import { type ResolvedManifest } from '@streamjob/crds';
import { compilePipeline, type CompiledPipeline, type PipelineOptions } from '../compile.ts';
import { type Outcome, type Pipeline, type SourceMessage } from '../types.ts';

type Spec = ResolvedManifest['spec'];
type SinkSpec = Spec['sinks'][number];
type JetStream = Extract<SinkSpec, { jetstream: unknown }>['jetstream'];
/** Absent: JetStream. */
type SinkKind = Pick<Extract<SinkSpec, { kv: unknown }>, 'kv'> | Pick<Extract<SinkSpec, { http: unknown }>, 'http'>;

/** What a test says about a job; all else is as if the manifest left it out. */
export type Job = {
  readonly format?: Spec['source']['format'];
  readonly messageId?: Spec['source']['jetstream']['messageId'];
  readonly steps?: Spec['steps'];
  readonly sinks?: readonly (Pick<SinkSpec, 'name' | 'when'> & Partial<JetStream> & { readonly kind?: SinkKind })[];
};

const OPTIONS: PipelineOptions = {
  jobUid: '6b0a7a36-5f0e-4c0e-9a55-0d6f6a3c9a11',
  streamCreated: '2026-11-23T00:00:00Z',
  secret: (name) => (name === 'pii-key' ? Buffer.from('a key') : undefined),
  configMapText: () => undefined,
  maxPayloadBytes: 1024 * 1024,
};

export function compiled(job: Job, options: Partial<PipelineOptions> = {}): CompiledPipeline {
  return compilePipeline(manifestOf(job), { ...OPTIONS, ...options });
}

export function pipelineOf(job: Job, options: Partial<PipelineOptions> = {}): Pipeline {
  const result = compiled(job, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.pipeline;
}

/** The outcomes of a pipeline none of whose steps needs time. */
export function executeNow(pipeline: Pipeline, batch: readonly SourceMessage[]): Outcome[] {
  return pipeline.execute(batch).map((outcome) => {
    if (outcome instanceof Promise) throw new Error('a step needs time');
    return outcome;
  });
}

function manifestOf({ format = 'Json', messageId = 'Stored', steps = [], sinks = [{ name: 'all' }] }: Job): {
  spec: Spec;
} {
  const jetstream = { stream: 'FLIGHTS', subjects: [], startFrom: { policy: 'All' as const }, ackWaitMs: 30_000 };
  return {
    spec: {
      source: { format, jetstream: { ...jetstream, messageId } },
      steps,
      sinks: sinks.map(
        ({ name, when, subject = `out.${name}`, headers = {}, kind = { jetstream: { subject, headers } } }) => ({
          name,
          ...(when !== undefined && { when }),
          ...kind,
          retry: { maxAttempts: 5, initialBackoffMs: 1000, maxBackoffMs: 60_000 },
        }),
      ),
      deadLetter: { enabled: true },
      worker: { resources: {}, terminationGracePeriodMs: 30_000 },
    },
  };
}
