import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable, type MessageHeaders, type Nats } from '@streamjob/nats';
import { backoffMs } from '../delivery/backoff.ts';
import { parseDeadLetter, type DeadLetter } from './letter.ts';
import { selects, subjectsOf, type Selection } from './selection.ts';

/** A dead letter with what it carries; the payload is empty when only headers were read. */
export type ReadLetter = {
  readonly letter: DeadLetter;
  readonly headers: MessageHeaders;
  readonly payload: Uint8Array;
};

export type ReadOptions = {
  readonly signal: AbortSignal;
  readonly headersOnly: boolean;
  /** How often in a row nothing may be had before that is an error; each time is waited for longer. */
  readonly tries: number;
  /** Told of a stream that gives nothing now. */
  readonly onTrouble?: () => void;
  /** Told with each page: messages looked at, and how many follow on these subjects. */
  readonly onPage?: (read: number, remaining: number) => void;
  /** Messages that are no dead letters of ours. */
  readonly onForeign?: (sequence: number) => void;
};

const RETRY = { initialMs: 250, maxMs: 5_000 };

/**
 * Reads the selected dead letters that were there when this began, each subject's in their order; through breaks of the
 * connection, while `tries` last. Throws NatsError or the signal's reason.
 */
export async function* readLetters(
  nats: Pick<Nats, 'scan' | 'streamInfo'>,
  selection: Selection,
  options: ReadOptions,
): AsyncGenerator<ReadLetter, void, undefined> {
  const { state } = await nats.streamInfo(selection.stream, { signal: options.signal });
  let left = selection.limit ?? Infinity;
  for (const filter of subjectsOf(selection)) {
    for await (const found of readSubject(nats, selection, { ...options, filter, last: state.lastSequence })) {
      if (left === 0) return;
      left -= 1;
      yield found;
    }
  }
}

type SubjectOptions = ReadOptions & { readonly filter: string; readonly last: number };

async function* readSubject(
  nats: Pick<Nats, 'scan'>,
  selection: Selection,
  options: SubjectOptions,
): AsyncGenerator<ReadLetter, void, undefined> {
  const { signal, tries, onTrouble } = options;
  const place: Place = { from: selection.sinceMs === undefined ? undefined : { timeMs: selection.sinceMs } };
  for (let failures = 0; ;) {
    const before = place.from;
    try {
      yield* readOnce(nats, selection, options, place);
      return;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      failures = place.from === before ? failures + 1 : 1;
      if (failures >= tries) throw error;
      onTrouble?.();
      await delay(backoffMs(RETRY, failures), undefined, { signal });
    }
  }
}

/** Where reading goes on after a break. */
type Place = { from: { readonly sequence: number } | { readonly timeMs: number } | undefined };

async function* readOnce(
  nats: Pick<Nats, 'scan'>,
  selection: Selection,
  { filter, last, headersOnly, signal, onPage, onForeign }: SubjectOptions,
  place: Place,
): AsyncGenerator<ReadLetter, void, undefined> {
  const { stream, subjectPrefix } = selection;
  const from = place.from === undefined ? {} : { from: place.from };
  for await (const { messages, remaining } of nats.scan({ stream, filter, headersOnly, signal, ...from })) {
    for (const message of messages) {
      if (message.sequence > last) return;
      const letter = parseDeadLetter(message, subjectPrefix);
      if (letter === undefined) onForeign?.(message.sequence);
      else if (selects(selection, letter)) yield { letter, headers: message.headers, payload: message.payload };
      place.from = { sequence: message.sequence + 1 };
    }
    onPage?.(messages.length, remaining);
  }
}
