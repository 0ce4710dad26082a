import type { Publication } from '@streamjob/nats';
import type { Failure } from '../pipeline/types.ts';
import type { Held } from './held.ts';
import type { InHand } from './in-hand.ts';

/** One publication on its way to one destination, for one message: a result, or a dead letter. */
export type Parcel = Held & {
  publication: Publication;
  /** Index of the sink, or DEAD_LETTERS. */
  readonly destination: number;
  /** For a dead letter: what failed, and whether the payload is in it or only referred to. */
  readonly deadLetter?: { readonly failure: DeadLetterFailure; byReference: boolean };
};

/** Why a message lies among the dead letters: what the pipeline said, or what became of it afterwards. */
export type DeadLetterFailure = {
  readonly at: string;
  readonly reason: Failure['reason'] | 'SinkRefused' | 'RetriesExhausted' | 'CrashedWorker';
  readonly error: string;
};

export function createParcel(owner: InHand, destination: number, publication: Publication): Parcel {
  return { publication, owner, destination, failures: 0, attempts: 0, nextMs: 0, flight: 'first' };
}
