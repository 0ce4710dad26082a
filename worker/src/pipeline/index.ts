export { compilePipeline, type CompiledPipeline, type PipelineOptions } from './compile.ts';
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
