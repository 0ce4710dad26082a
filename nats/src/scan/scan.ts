import { type Session } from '../connection/session.ts';
import { UnreachableError } from '../errors.ts';
import { type ScanOptions, type ScanPage } from './contract.ts';
import { openCursor, type Cursor } from './cursor.ts';
import { readPage } from './read-page.ts';

const PAGE_MESSAGES = 500;
const PAGE_BYTES = 8 * 1024 * 1024;
/** Cursors that gave nothing, in a row, until we say that nobody answers. */
const MOST_FRUITLESS = 3;

/**
 * Reads what a stream holds on some subjects, in order, page by page; it ends where the stream ends at that time. A
 * cursor that the server lost is replaced by one that goes on behind the last message. Throws UnreachableError,
 * PermissionError, StreamNotFoundError, or the signal's reason.
 */
export async function* scan(
  session: Session,
  options: ScanOptions,
  inboxPrefix: string | undefined,
): AsyncGenerator<ScanPage, void, undefined> {
  const maxPayload = session.nc.info?.max_payload ?? 0;
  const limits = {
    messages: options.pageMessages ?? PAGE_MESSAGES,
    bytes: Math.max(PAGE_BYTES, 2 * maxPayload),
    inboxPrefix,
    signal: options.signal,
  };
  let from = options.from;
  let cursor: Cursor | undefined;
  for (let fruitless = 0; fruitless < MOST_FRUITLESS;) {
    cursor ??= await openCursor(session, options, from);
    if (cursor.pending === 0) return;
    const { messages, state } = await readPage(session, cursor, limits);
    const last = messages.at(-1);
    if (last !== undefined) {
      from = { sequence: last.sequence + 1 };
      yield { messages, remaining: state === 'end' ? 0 : cursor.pending };
    }
    if (state === 'end') return;
    fruitless = last === undefined ? fruitless + 1 : 0;
    if (state === 'lost') cursor = undefined;
  }
  throw new UnreachableError(`stream ${options.stream} gives none of its messages now`);
}
