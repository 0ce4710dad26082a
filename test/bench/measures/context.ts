import { type Progress } from '@streamjob/hack';
import { type Stable } from '../contestants.ts';

/** What every measure gets. */
export type Context = {
  readonly stable: Stable;
  readonly progress: Progress;
  readonly rounds: number;
  /** Shorter rounds and fewer cases: to see that something became dearer, not to publish. */
  readonly quick: boolean;
};
