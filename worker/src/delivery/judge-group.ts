import type { Journal } from '../journal/index.ts';
import type { InHand } from './in-hand.ts';
import type { DeadLetterFailure } from './parcel.ts';

/** How long a suspect is put off by a worker that proved nothing yet. */
export const SUSPECT_DELAY_MS = 30_000;

export const CRASHED: DeadLetterFailure = {
  at: 'worker',
  reason: 'CrashedWorker',
  error: 'the worker died three times while it had nothing but this message in hand',
};

export type JudgedGroup = {
  readonly run: readonly InHand[];
  /** To be given back for now. */
  readonly deferred: readonly InHand[];
  /** They killed workers often enough. */
  readonly convicted: readonly InHand[];
};

/** What is to become of each message of a group, by what the journal knows of them. */
export function judgeGroup(journal: Pick<Journal, 'judge'>, messages: readonly InHand[]): JudgedGroup {
  const judged = messages.map((message) => ({ message, verdict: journal.judge(message) }));
  const those = (wanted: string): readonly InHand[] =>
    judged.filter(({ verdict }) => verdict === wanted).map(({ message }) => message);
  return { run: those('run'), deferred: those('defer'), convicted: those('convict') };
}
