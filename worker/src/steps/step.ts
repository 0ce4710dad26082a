import { type Problem, type ResolvedManifest, type ResolvedStep } from '@streamjob/crds';
import { type MessageView } from '@streamjob/expressions';
import { type CodeModule, type ModuleRequest } from '../code/index.ts';
import { type DecodedEvent } from '../codecs/index.ts';
import { type Lookup, type LookupRequest } from '../lookups/index.ts';
import { type DependencyReason, type FailureReason } from '../pipeline/types.ts';

/** What a step makes of an event. */
export type StepResult =
  /** It goes on as it came, and if no step changes it, its bytes go out as they came. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly event: DecodedEvent }
  /** Each goes on by itself through the steps that follow; none at all: the message is filtered. */
  | { readonly kind: 'many'; readonly events: readonly DecodedEvent[] }
  | { readonly kind: 'filtered' }
  /** It failed, and the manifest says Drop. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly error: string }
  /** What the step depends on can't be had now: nobody's own failure, the message is held and tried again. */
  | {
      readonly kind: 'retry';
      readonly reason: DependencyReason;
      /** What was answered: a code, never a text that may quote the message. */
      readonly code: string;
      readonly retryAfterMs?: number;
    };

/**
 * Never changes the event it is given, and the same event and message give the same result. A promise only where the
 * step has to wait for something; it answers within a deadline of the step's own.
 */
export type Apply = (event: DecodedEvent, message: MessageView) => StepResult | Promise<StepResult>;

/** What events are at some place in the pipeline: objects and other JSON values, strings, or byte arrays. */
export type EventShape = ResolvedManifest['spec']['source']['format'];

export type StepContext = {
  /** As problems name it: `spec.steps[2]`. */
  readonly path: string;
  readonly shape: EventShape;
  /** The bytes of entry `key` of a Secret of the job's namespace; undefined when it isn't there. */
  readonly secret: (name: string) => Uint8Array | undefined;
  /** An entry of a ConfigMap of the job's namespace; undefined when it isn't there. */
  readonly configMapText: (name: string, key: string) => string | undefined;
  /** What runs beside the pipeline; absent while a manifest is only being checked. */
  readonly resources?: StepResources;
};

/** What steps need that lives as long as the job: caches, connections, processes. Whoever gives it closes it. */
export type StepResources = {
  lookup(step: LookupRequest): Lookup;
  module(request: ModuleRequest): CodeModule;
};

export type CompiledStep =
  | {
      readonly ok: true;
      readonly apply: Apply;
      /** What the step makes of events; absent when their shape stays. */
      readonly gives?: EventShape;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Compiles steps of one kind; undefined when the step is of another. */
export type StepKind = (step: ResolvedStep, context: StepContext) => CompiledStep | undefined;

export const UNCHANGED: StepResult = { kind: 'unchanged' };
export const FILTERED: StepResult = { kind: 'filtered' };
export const DROPPED: StepResult = { kind: 'dropped' };

export function failed(reason: FailureReason, error: string): StepResult {
  return { kind: 'failed', reason, error };
}
