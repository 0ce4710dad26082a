import type { Nats } from '@streamjob/nats';
import type { DeadLetter } from './letter.ts';
import { readLetters, type ReadOptions } from './read-letters.ts';
import type { Selection } from './selection.ts';

/** How many there are for each reason; `foreign`: messages on these subjects that are no dead letters of ours. */
export type Listed = {
  readonly reasons: ReadonlyMap<string, number>;
  readonly total: number;
  readonly foreign: number;
};

export type ListOptions = Pick<ReadOptions, 'signal' | 'onPage'> & { readonly onLetter: (letter: DeadLetter) => void };

/** How often a command asks again before it gives up. */
export const COMMAND_TRIES = 6;

/** Tells the selected dead letters, of which only headers are read. Throws NatsError or the signal's reason. */
export async function listDeadLetters(
  nats: Pick<Nats, 'scan' | 'streamInfo'>,
  selection: Selection,
  { onLetter, ...options }: ListOptions,
): Promise<Listed> {
  const reasons = new Map<string, number>();
  let total = 0;
  let foreign = 0;
  const onForeign = (): void => {
    foreign += 1;
  };
  const read = { ...options, headersOnly: true, tries: COMMAND_TRIES, onForeign };
  for await (const { letter } of readLetters(nats, selection, read)) {
    total += 1;
    reasons.set(letter.reason, (reasons.get(letter.reason) ?? 0) + 1);
    onLetter(letter);
  }
  return { reasons, total, foreign };
}
