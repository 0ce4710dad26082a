import type { DeadLetter } from '../letter.ts';
import type { Selection } from '../selection.ts';
import type { Fate } from './fate.ts';

/** What stands in the way of a replay that waits. */
export type ReplayWait = {
  readonly name: string;
  readonly reason: string;
  readonly code: string;
  readonly held: number;
};

export type ReplayProgress = {
  /** Dead letters whose fate is known. */
  readonly done: number;
  /** Those behind the last page that was read, selected or not. */
  readonly remaining: number;
  readonly waiting: readonly ReplayWait[];
};

export type ReplayOptions = {
  readonly selection: Selection;
  /** Dead letters of which the job as it is now wants nothing are removed too; else they stay. */
  readonly removeUnwanted: boolean;
  /** Aborted: what is in hand is finished, and the rest stays for the next time. */
  readonly signal: AbortSignal;
  readonly onFate: (letter: DeadLetter, fate: Fate) => void;
  readonly onProgress: (progress: ReplayProgress) => void;
};
