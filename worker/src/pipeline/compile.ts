import { type Problem, type ResolvedManifest } from '@streamjob/crds';
import { decoders, type Decode } from '../codecs/index.ts';
import {
  steps as kinds,
  type CompiledStep,
  type EventShape,
  type StepContext,
  type StepResources,
} from '../steps/index.ts';
import { follow, type Leaf } from './branches.ts';
import { identify } from './identity.ts';
import { join } from './join.ts';
import { LazyMessageView } from './message-view.ts';
import { route, type Router } from './route.ts';
import { dead, runSegment, type NamedStep } from './segment.ts';
import { compileSink } from './sink.ts';
import { type Outcome, type Pipeline, type SourceMessage } from './types.ts';

export type PipelineOptions = {
  readonly jobUid: string;
  /** When the source stream was created, RFC 3339. */
  readonly streamCreated: string;
  /** Entry `key` of a Secret in the job's namespace; undefined when it isn't there. Read when compiling. */
  readonly secret: (name: string) => Uint8Array | undefined;
  /** An entry of a ConfigMap of the job's namespace; undefined when it isn't there. Read when compiling. */
  readonly configMapText: StepContext['configMapText'];
  /** The server's max_payload. */
  readonly maxPayloadBytes: number;
  /** Names a source message instead, where it isn't a stream that hands it out. */
  readonly identify?: (message: SourceMessage) => string;
  /** Absent while the manifest is only being checked: then no message may be executed. */
  readonly resources?: StepResources;
};

export type CompiledPipeline =
  { readonly ok: true; readonly pipeline: Pipeline } | { readonly ok: false; readonly problems: readonly Problem[] };

type Manifest = Pick<ResolvedManifest, 'spec'>;

/** Compiles a job once, so that nothing of the manifest is read again; every problem in it is told. */
export function compilePipeline({ spec }: Manifest, options: PipelineOptions): CompiledPipeline {
  const problems: Problem[] = [];
  const { steps, shape } = compileSteps(spec, options, problems);
  const sinks = spec.sinks.flatMap((sink, index) => compileSink(sink, `spec.sinks[${index}]`, shape, problems) ?? []);
  if (problems.length > 0) return { ok: false, problems };
  const { messageId } = spec.source.jetstream;
  const router = {
    sinks,
    identify: options.identify ?? identify({ ...options, messageId }),
    maxPayloadBytes: options.maxPayloadBytes,
  };
  return { ok: true, pipeline: pipeline(decoders[spec.source.format], steps, router) };
}

function compileSteps(
  { source, steps }: Manifest['spec'],
  { secret, configMapText, resources }: Pick<PipelineOptions, 'secret' | 'configMapText' | 'resources'>,
  problems: Problem[],
): { readonly steps: readonly NamedStep[]; readonly shape: EventShape } {
  let shape: EventShape = source.format;
  const compiledSteps = steps.flatMap((step, index) => {
    const compiled = compileStep(step, {
      path: `spec.steps[${index}]`,
      shape,
      secret,
      configMapText,
      ...(resources && { resources }),
    });
    if (!compiled.ok) {
      problems.push(...compiled.problems);
      return [];
    }
    shape = compiled.gives ?? shape;
    return { name: step.name, apply: compiled.apply };
  });
  return { steps: compiledSteps, shape };
}

function compileStep(step: Manifest['spec']['steps'][number], context: StepContext): CompiledStep {
  for (const compile of kinds) {
    const compiled = compile(step, context);
    if (compiled !== undefined) return compiled;
  }
  return { ok: false, problems: [{ path: context.path, message: 'the step has no kind that this version knows' }] };
}

function pipeline(decode: Decode, steps: readonly NamedStep[], router: Router): Pipeline {
  const executeOne = (message: SourceMessage): Outcome | Promise<Outcome> => {
    const event = decode(message.payload);
    if (!event.ok) return dead({ at: 'source', reason: 'Undecodable', error: event.error });
    const view = new LazyMessageView(message);
    const stage = runSegment(steps, event, view);
    if (stage.kind === 'passed') return route(router, stage, message, view);
    if (stage.kind !== 'waiting' && stage.kind !== 'parted') return stage;
    const leaves = follow(steps, stage, view);
    const outcomeOf = (all: readonly Leaf[]): Outcome => join(router, all, message, view);
    return leaves instanceof Promise ? leaves.then(outcomeOf) : outcomeOf(leaves);
  };
  return { sinks: router.sinks, identify: router.identify, execute: (batch) => batch.map(executeOne) };
}
