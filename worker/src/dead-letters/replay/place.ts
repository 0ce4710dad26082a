import type { DeadLetter } from '../letter.ts';
import type { Skipped } from './fate.ts';

/** What a replay of a dead letter may emit to: all sinks, or the one that failed, by its index. */
export type Place = { readonly sink: number | undefined } | { readonly skipped: Skipped };

type Named = readonly { readonly name: string }[];

/** Only a sink gives these reasons. */
const OF_SINKS: readonly string[] = ['SinkRefused', 'RetriesExhausted', 'TooLarge'];
const BEFORE_ALL: readonly string[] = ['source', 'worker'];

/** Decides by where it failed, in the job as it is now. */
export function placeOf(letter: DeadLetter, { steps, sinks }: { readonly steps: Named; readonly sinks: Named }): Place {
  const { sink, step, reason, source } = letter;
  const index = sinks.findIndex(({ name }) => name === (sink ?? step));
  if (sink !== undefined) return index === -1 ? { skipped: 'SinkGone' } : { sink: index };
  if (source.created !== undefined || reason === 'CrashedWorker') return { sink: undefined };
  // Dead letters of earlier versions name the sink as if it were a step.
  if (index !== -1) return { sink: index };
  if (OF_SINKS.includes(reason)) return { skipped: 'SinkGone' };
  const known = BEFORE_ALL.includes(step) || steps.some(({ name }) => name === step);
  return known ? { sink: undefined } : { skipped: 'PlaceUnknown' };
}
