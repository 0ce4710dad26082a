import type { Outcome, Pipeline, SourceMessage } from '../../pipeline/index.ts';
import type { DeadLetter } from '../letter.ts';
import type { FailedAgain, Fate } from './fate.ts';

/** A dead letter that is being replayed, and what is known of it so far. */
export type Item = {
  readonly letter: DeadLetter;
  readonly message: SourceMessage;
  /** The one that failed, by its index; undefined when the message failed before the sinks. */
  readonly sink: number | undefined;
  /** Names of the sinks that get results. */
  readonly sinks: Set<string>;
  unwanted?: Extract<Outcome, { kind: 'filtered' | 'dropped' | 'unrouted' }>;
  readonly failures: FailedAgain[];
};

export function createItem(letter: DeadLetter, message: SourceMessage, sink: number | undefined): Item {
  return { letter, message, sink, sinks: new Set(), failures: [] };
}

const UNROUTED: Outcome = { kind: 'unrouted' };

/** Keeps what concerns the sink that failed: the others have theirs. */
export function restrict(outcome: Outcome, sink: number | undefined): Outcome {
  if (sink === undefined || outcome.kind !== 'emit') return outcome;
  const emissions = outcome.emissions.filter((emission) => emission.sink === sink);
  const failures = outcome.failures.filter((failure) => failure.sink === sink);
  return emissions.length + failures.length === 0 ? UNROUTED : { kind: 'emit', emissions, failures };
}

/** Notes what the pipeline says of an item, and answers what of it counts. */
export function note(item: Item, outcome: Outcome, sinks: Pipeline['sinks']): Outcome {
  const restricted = restrict(outcome, item.sink);
  if (restricted.kind === 'emit') {
    for (const { sink } of restricted.emissions) item.sinks.add(sinks[sink]?.name ?? '');
  } else if (restricted.kind !== 'dead' && restricted.kind !== 'retry') {
    item.unwanted = restricted;
  }
  return restricted;
}

/** What becomes of an item that was worked on to its end. */
export function fateOf({ failures, unwanted, sinks }: Item, removeUnwanted: boolean): Fate {
  if (failures.length > 0) return { kind: 'failed', failures };
  if (unwanted === undefined) return { kind: 'replayed', sinks: [...sinks] };
  const at = unwanted.kind === 'unrouted' ? {} : { at: unwanted.at };
  return { kind: 'unwanted', how: unwanted.kind, ...at, removed: removeUnwanted };
}

/** Whether a dead letter of such a fate is to be removed: everything that it stood for has happened, or stands elsewhere. */
export function isRemoved(fate: Fate): boolean {
  if (fate.kind === 'replayed') return true;
  if (fate.kind === 'unwanted') return fate.removed;
  return fate.kind === 'failed' && fate.failures.every(({ moved }) => moved);
}
