import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable, type Nats } from '@streamjob/nats';
import { backoffMs } from '../../delivery/backoff.ts';
import type { SourceMessage } from '../../pipeline/index.ts';
import type { DeadLetter } from '../letter.ts';
import { readLetters, type ReadLetter, type ReadOptions } from '../read-letters.ts';
import { restore } from '../restore.ts';
import type { Selection } from '../selection.ts';
import type { Skipped } from './fate.ts';
import type { Identities } from './identities.ts';
import { createItem, type Item } from './item.ts';
import { placeOf } from './place.ts';

type Named = readonly { readonly name: string }[];

export type FeedDeps = {
  readonly nats: Pick<Nats, 'scan' | 'streamInfo' | 'getMessage'>;
  readonly selection: Selection;
  readonly job: { readonly steps: Named; readonly sinks: Named };
  readonly identities: Identities;
  readonly signal: AbortSignal;
  readonly onPage?: ReadOptions['onPage'];
  readonly onTrouble?: () => void;
  onSkipped(letter: DeadLetter | undefined, why: Skipped): void;
};

/** A replay waits for a broker however long it takes. */
const FOR_EVER = Infinity;
const RETRY = { initialMs: 250, maxMs: 5_000 };
const POISON = 'CrashedWorker';

/**
 * The selected dead letters, ready to be run. Those that killed workers come last, and are marked `alone`: should one
 * kill the replay, then nothing else is in its hands.
 */
export async function* feed(deps: FeedDeps): AsyncGenerator<{ item: Item; alone: boolean }, void, undefined> {
  let set = 0;
  for await (const read of letters(deps, deps.selection)) {
    if (read.letter.reason === POISON) set += 1;
    const item = read.letter.reason === POISON ? undefined : await prepare(deps, read);
    if (item !== undefined) yield { item, alone: false };
  }
  if (set === 0) return;
  for await (const read of letters(deps, { ...deps.selection, reasons: [POISON], limit: set })) {
    const item = await prepare(deps, read);
    if (item !== undefined) yield { item, alone: true };
  }
}

function letters(deps: FeedDeps, selection: Selection): AsyncIterable<ReadLetter> {
  const { nats, signal, onPage, onTrouble } = deps;
  return readLetters(nats, selection, {
    signal,
    headersOnly: false,
    tries: FOR_EVER,
    ...(onPage && { onPage }),
    ...(onTrouble && { onTrouble }),
    onForeign: () => {
      deps.onSkipped(undefined, 'NotADeadLetter');
    },
  });
}

async function prepare(deps: FeedDeps, read: ReadLetter): Promise<Item | undefined> {
  const { letter } = read;
  const place = placeOf(letter, deps.job);
  if ('skipped' in place) {
    deps.onSkipped(letter, place.skipped);
    return undefined;
  }
  const message = await patiently(deps, async () => {
    const restored = await restore(deps.nats, read, deps.signal);
    if (restored !== undefined) await deps.identities.learn(letter, restored);
    return restored;
  });
  if (message !== undefined) return createItem(letter, message, place.sink);
  deps.onSkipped(letter, 'SourceGone');
  return undefined;
}

async function patiently(
  { signal, onTrouble }: FeedDeps,
  read: () => Promise<SourceMessage | undefined>,
): Promise<SourceMessage | undefined> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      onTrouble?.();
      await delay(backoffMs(RETRY, failures), undefined, { signal });
    }
  }
}
