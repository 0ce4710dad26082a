export { API_VERSION, GROUP, KIND, PLURAL, VERSION } from './names.ts';
export { durationMs, parseDurationMs } from './duration.ts';
export type { ObjectMeta, Problem, StreamJob, ValidStep, ValidStreamJob } from './stream-job.ts';
export type { StreamJobSpec } from './spec/spec.ts';
export type { Format, JetStreamSource, SourceSpec as Source, StartFrom } from './spec/source.ts';
export type { CodeStep } from './spec/code-step.ts';
export type { EnrichStep } from './spec/enrich-step.ts';
export type { FilterStep, MapStep, RedactStep, Step, ValidateStep } from './spec/steps.ts';
export type { HttpSink } from './spec/http-sink.ts';
export type { KvSink } from './spec/kv-sink.ts';
export type { JetStreamSink, RetryPolicy, Sink } from './spec/sinks.ts';
export type { DeadLetter } from './spec/dead-letter.ts';
export type { WorkerTemplate } from './spec/worker.ts';
export type { Condition, StreamJobStatus } from './spec/status.ts';
export { customResourceDefinition } from './crd/custom-resource-definition.ts';
export { validateStreamJob, type Validation } from './validate/validate-stream-job.ts';
export { httpUses, type HttpUse } from './manifest/http-uses.ts';
export { manifestHash, workerManifest, type WorkerManifest } from './manifest/worker-manifest.ts';
export {
  resolveDefaults,
  type ResolvedCode,
  type ResolvedEnrich,
  type ResolvedHttpSink,
  type ResolvedManifest,
  type ResolvedRetry,
  type ResolvedSink,
  type ResolvedSource,
  type ResolvedStep,
  type ResolvedWorker,
} from './manifest/resolve-defaults.ts';
export { WORKER_CREDIT_MESSAGES } from './worker-credit.ts';
export { parseProgress, type Progress } from './progress/progress.ts';
export { compilePayloadSchema, type CompiledPayloadSchema } from './payload/compile-payload-schema.ts';
export type { PayloadError } from './payload/payload-error.ts';
export {
  allowsTarget,
  httpTarget,
  parseHttpHost,
  showHttpTarget,
  type HttpHost,
  type HttpTarget,
} from './http/hosts.ts';
export { checkModule, type CheckedModule } from './module/check-module.ts';
export type { ModuleProblem } from './module/module-problem.ts';
