import { type MessageView } from '@streamjob/expressions';
import { type DecodedEvent } from '../codecs/index.ts';
import { type Apply } from '../steps/index.ts';
import { type Failure, type Outcome } from './types.ts';

export type NamedStep = { readonly name: string; readonly apply: Apply };

/** An event that came through a segment. */
export type Passed = { readonly kind: 'passed'; readonly event: DecodedEvent; readonly changed: boolean };

/** What ends a message's way inside a segment. */
export type Ended = Extract<Outcome, { kind: 'filtered' | 'dropped' | 'dead' }>;

/**
 * Runs one event through steps that need nothing but the event: what lies between two asynchronous steps, or, as long
 * as there are none, the whole job.
 */
export function runSegment(steps: readonly NamedStep[], event: DecodedEvent, message: MessageView): Passed | Ended {
  let current = event;
  for (const { name, apply } of steps) {
    const result = applySafely(apply, current, message);
    switch (result.kind) {
      case 'unchanged':
        break;
      case 'changed':
        current = result.event;
        break;
      case 'failed':
        return dead({ at: name, reason: result.reason, error: result.error });
      case 'filtered':
      case 'dropped':
        return { kind: result.kind, at: name };
    }
  }
  return { kind: 'passed', event: current, changed: current !== event };
}

export function dead(failure: Failure): Ended {
  return { kind: 'dead', failure };
}

/** A step that breaks is that message's failure: the next message may be sound. */
function applySafely(apply: Apply, event: DecodedEvent, message: MessageView): ReturnType<Apply> {
  try {
    return apply(event, message);
  } catch {
    return { kind: 'failed', reason: 'StepFailed', error: 'the step broke on this message' };
  }
}
