export { compilePipeline, type CompiledPipeline, type PipelineOptions } from './compile.ts';
export { identify } from './identity.ts';
export type {
  DependencyReason,
  Emission,
  Failure,
  FailureReason,
  Header,
  Outcome,
  Pipeline,
  SourceHeaders,
  SourceMessage,
} from './types.ts';
