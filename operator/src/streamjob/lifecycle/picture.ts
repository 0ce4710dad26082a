import { type Action } from '../actions.ts';
import { type Finding } from '../findings/finding.ts';
import { type SampleTarget } from '../../sampling/index.ts';

/** What the planner found, for the status to tell. */
export type Picture = {
  /** A person has to do something; what ran goes on. */
  readonly refusal?: Finding;
  /** What the next step waits for. */
  readonly waiting?: Finding;
  /** What is wrong with the source. */
  readonly source?: Finding;
  /** Whether the consumer exists by name and was seen, so that it is noted. */
  readonly consumer?: { readonly name: string; readonly seen: boolean };
  /** Hash of the manifest that workers run; absent while there are none. */
  readonly revision?: string;
  readonly rollingOut: boolean;
  readonly wantedReplicas: number;
  readonly deleting: boolean;
  /** What a deletion left behind, and why. */
  readonly farewell?: Finding;
};

/** What to do, what to tell, what to look at, and when to look again. */
export type Plan = {
  readonly actions: readonly Action[];
  readonly picture: Picture;
  /** What to sample from now on; absent: nothing. */
  readonly sample?: SampleTarget;
  /** Epoch milliseconds. */
  readonly requeueAtMs?: number;
};
