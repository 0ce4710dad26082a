import { setTimeout as delay } from 'node:timers/promises';
import type { Nats } from '@streamjob/nats';
import { COMMAND_TRIES } from './list.ts';
import { readLetters, type ReadOptions } from './read-letters.ts';
import { Removal, type RemovalDeps } from './removal.ts';
import type { Selection } from './selection.ts';

/** `absent`: somebody else removed them meanwhile. */
export type Deleted = { readonly deleted: number; readonly absent: number };

const MOST_WAITING = 1_000;
const POLL_MS = 5;

/** Deletes the selected dead letters for good. Throws NatsError, StreamReplacedError or the signal's reason. */
export async function deleteDeadLetters(
  nats: Pick<Nats, 'scan' | 'streamInfo' | 'deleteMessage' | 'epoch'>,
  selection: Selection,
  { erase, ...options }: Pick<ReadOptions, 'signal' | 'onPage'> & Pick<RemovalDeps, 'erase'>,
): Promise<Deleted> {
  const { signal } = options;
  const { stream } = selection;
  const { created } = await nats.streamInfo(stream, { signal });
  const removal = new Removal({ nats, stream, created, signal, ...(erase !== undefined && { erase }) });
  await removal.rehearse();
  const counts = { deleted: 0, absent: 0, left: 0 };
  const settle = async (most: number): Promise<void> => {
    while (removal.backlog > most) await delay(POLL_MS, undefined, { signal });
  };
  const run = async (): Promise<void> => {
    for await (const { letter } of readLetters(nats, selection, {
      ...options,
      headersOnly: true,
      tries: COMMAND_TRIES,
    })) {
      removal.remove(letter.sequence, (how) => {
        counts[how] += 1;
      });
      await settle(MOST_WAITING);
    }
    await settle(0);
  };
  await Promise.race([run(), removal.failed]);
  return counts;
}
