import type { DeadLetterFailure } from '../../delivery/parcel.ts';

/** Why a dead letter was not run at all, or not to an end; it stays where it is. */
export type Skipped =
  /** Its payload or its headers are only in the source stream, which no longer holds the message. */
  | 'SourceGone'
  /** The sink that failed is not in the manifest any more. */
  | 'SinkGone'
  /** It was written by an earlier version, and what it calls the failed step or sink is not in the manifest. */
  | 'PlaceUnknown'
  /** The message is no dead letter of ours. */
  | 'NotADeadLetter'
  /** The replay ended before it. */
  | 'Unfinished';

export type FailedAgain = DeadLetterFailure & {
  /** A dead letter of that sink alone stands for it now, because the other sinks have their results. */
  readonly moved: boolean;
};

/** What became, or in a dry run would become, of one dead letter. */
export type Fate =
  /** Every result was confirmed, and the dead letter removed. */
  | { readonly kind: 'replayed'; readonly sinks: readonly string[] }
  /** The job as it is now wants nothing of it. `at` is the step, absent when no sink wanted it. */
  | {
      readonly kind: 'unwanted';
      readonly how: 'filtered' | 'dropped' | 'unrouted';
      readonly at?: string;
      readonly removed: boolean;
    }
  | { readonly kind: 'failed'; readonly failures: readonly FailedAgain[] }
  /** Only in a dry run: what the step depends on can't be had now. */
  | { readonly kind: 'waits'; readonly at: string; readonly code: string }
  | { readonly kind: 'skipped'; readonly why: Skipped };
