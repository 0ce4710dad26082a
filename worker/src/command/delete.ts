import { deleteDeadLetters, listDeadLetters } from '../dead-letters/index.ts';
import type { Session } from './session.ts';
import type { DeadLetterOptions } from './dead-letters-options.ts';
import { reasonsTable } from './letter-text.ts';
import { printableJson } from './printable.ts';
import { formatCount } from './table.ts';

/** Deletes what is selected with --yes, and only counts it without. */
export async function runDelete(
  options: DeadLetterOptions & { readonly yes: boolean; readonly erase: boolean },
  session: Session,
): Promise<number> {
  const { nats, selection, screen, signal, progress } = session;
  const json = options.output === 'json';
  let read = 0;
  const onPage = (messages: number, remaining: number): void => {
    read += messages;
    progress.update(() => `${formatCount(read)} read, ${formatCount(remaining)} to go`);
  };
  if (!options.yes) {
    const { reasons, total } = await listDeadLetters(nats, selection, { signal, onPage, onLetter: () => undefined });
    progress.clear();
    screen.out(
      json ? `${printableJson({ reasons: Object.fromEntries(reasons), total })}\n` : reasonsTable(reasons, total),
    );
    screen.err('nothing was deleted; --yes deletes these for good\n');
    return 2;
  }
  const { deleted, absent } = await deleteDeadLetters(nats, selection, { signal, onPage, erase: options.erase });
  progress.clear();
  const others = absent > 0 ? `, ${formatCount(absent)} were removed by others` : '';
  screen.out(json ? `${printableJson({ deleted, absent })}\n` : `${formatCount(deleted)} deleted${others}\n`);
  return 0;
}
