import { listDeadLetters, type DeadLetter } from '../dead-letters/index.ts';
import type { Session } from './session.ts';
import type { DeadLetterOptions } from './dead-letters-options.ts';
import { letterJson, lettersTable, reasonsTable } from './letter-text.ts';
import { printableJson } from './printable.ts';
import { formatCount } from './table.ts';

/** Shows the first ones and counts all. */
export async function runList(
  options: DeadLetterOptions & { readonly limit: number },
  session: Session,
): Promise<number> {
  const { nats, screen, progress, signal } = session;
  const { limit, ...selection } = { ...session.selection, limit: options.limit };
  const shown: DeadLetter[] = [];
  let read = 0;
  const listed = await listDeadLetters(nats, selection, {
    signal,
    onLetter: (letter) => {
      if (shown.length < limit) shown.push(letter);
    },
    onPage: (messages, remaining) => {
      read += messages;
      progress.update(() => `${formatCount(read)} read, ${formatCount(remaining)} to go`);
    },
  });
  progress.clear();
  const { reasons, total, foreign } = listed;
  if (options.output === 'json') {
    const counts = { reasons: Object.fromEntries(reasons), total, foreign };
    screen.out(`${printableJson({ deadLetters: shown.map(letterJson), ...counts }, 2)}\n`);
    return 0;
  }
  if (total === 0) screen.out('No dead letters.\n');
  else screen.out(`${lettersTable(shown, options.output === 'wide')}\n${reasonsTable(reasons, total)}`);
  if (shown.length < total)
    screen.err(`${formatCount(shown.length)} of ${formatCount(total)} are shown; --limit shows more\n`);
  if (foreign > 0) screen.err(`${formatCount(foreign)} messages on these subjects are no dead letters\n`);
  return 0;
}
