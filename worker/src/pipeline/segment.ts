import { type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';
import { type Apply, type StepResult } from '../steps/index.ts';
import { type Failure, type Outcome } from './types.ts';

export type NamedStep = { readonly name: string; readonly apply: Apply };

/** An event that came through all steps. */
export type Passed = {
  readonly kind: 'passed';
  readonly event: DecodedEvent;
  readonly changed: boolean;
  /** Which of the events that steps made of one message it is; absent when no step made several. */
  readonly branch?: string;
};

/** What ends an event's way before the sinks. */
export type Ended = Extract<Outcome, { kind: 'filtered' | 'dropped' | 'dead' | 'retry' }>;

/** An event whose step, of index `at`, needs time. */
export type Waiting = {
  readonly kind: 'waiting';
  readonly at: number;
  readonly event: DecodedEvent;
  readonly changed: boolean;
  readonly result: Promise<StepResult>;
};

/** The events that a step made of one; they go on at the step of index `at`. */
export type Parted = { readonly kind: 'parted'; readonly at: number; readonly events: readonly DecodedEvent[] };

export type Stage = Passed | Ended | Waiting | Parted;

/**
 * Runs one event through the steps from index `at` on, up to the first that needs time or makes several events of it:
 * most jobs have no such step, and then this is all that happens to their messages.
 */
export function runSegment(
  steps: readonly NamedStep[],
  event: DecodedEvent,
  message: MessageView,
  at = 0,
  changed = false,
): Stage {
  let current = event;
  for (let index = at; index < steps.length; index++) {
    const step = steps[index];
    if (step === undefined) break;
    const result = applySafely(step.apply, current, message);
    if (result instanceof Promise) {
      return { kind: 'waiting', at: index, event: current, changed: changed || current !== event, result };
    }
    if (result.kind === 'changed') current = result.event;
    else if (result.kind !== 'unchanged') return divert(result, step.name, index);
  }
  return { kind: 'passed', event: current, changed: changed || current !== event };
}

/** Goes on with an event that waited for its step. */
export async function resume(steps: readonly NamedStep[], waiting: Waiting, message: MessageView): Promise<Stage> {
  const { at, event, changed } = waiting;
  const result = await waiting.result.catch(() => BROKEN);
  if (result.kind === 'unchanged') return runSegment(steps, event, message, at + 1, changed);
  if (result.kind === 'changed') return runSegment(steps, result.event, message, at + 1, true);
  return divert(result, steps[at]?.name ?? '', at);
}

export function dead(failure: Failure): Ended {
  return { kind: 'dead', failure };
}

function divert(
  result: Exclude<StepResult, { kind: 'unchanged' | 'changed' }>,
  name: string,
  index: number,
): Ended | Parted {
  switch (result.kind) {
    case 'failed':
      return dead({ at: name, reason: result.reason, error: result.error });
    case 'many':
      if (result.events.length === 0) return { kind: 'filtered', at: name };
      return { kind: 'parted', at: index + 1, events: result.events };
    case 'filtered':
    case 'dropped':
      return { kind: result.kind, at: name };
    case 'retry':
      return { ...result, at: name };
  }
}

/** A step that breaks is that message's failure: the next message may be sound. */
const BROKEN: StepResult = { kind: 'failed', reason: 'StepFailed', error: 'the step broke on this message' };

function applySafely(apply: Apply, event: DecodedEvent, message: MessageView): ReturnType<Apply> {
  try {
    return apply(event, message);
  } catch {
    return BROKEN;
  }
}
