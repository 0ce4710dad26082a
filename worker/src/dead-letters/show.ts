import type { Nats } from '@streamjob/nats';
import type { Header } from '../pipeline/index.ts';
import { originalHeaders, type DeadLetter } from './letter.ts';
import { COMMAND_TRIES } from './list.ts';
import { readLetters } from './read-letters.ts';
import { restore } from './restore.ts';
import type { Selection } from './selection.ts';

export type ShownLetter = {
  readonly letter: DeadLetter;
  /** The message's own, as far as they are still to be had. */
  readonly headers: readonly Header[];
  /** Absent when it was not asked for, or when it is `gone`. */
  readonly payload?: Uint8Array;
  /** What the dead letter doesn't carry is no longer in the source stream either. */
  readonly gone: boolean;
};

/** The selected dead letters with what they carry, one after the other. Throws NatsError or the signal's reason. */
export async function* showDeadLetters(
  nats: Pick<Nats, 'scan' | 'streamInfo' | 'getMessage'>,
  selection: Selection,
  { signal, headersOnly }: { readonly signal: AbortSignal; readonly headersOnly: boolean },
): AsyncGenerator<ShownLetter, void, undefined> {
  for await (const read of readLetters(nats, selection, { signal, headersOnly, tries: COMMAND_TRIES })) {
    const { letter } = read;
    const { payloadOmitted, headersOmitted } = letter;
    const asked = headersOnly ? { ...letter, payloadOmitted: false } : letter;
    const message = await restore(nats, { ...read, letter: asked }, signal);
    const gone = message === undefined && (headersOmitted || (payloadOmitted && !headersOnly));
    const headers = message?.headers.entries ?? originalHeaders(read.headers);
    const payload = message?.payload ?? (payloadOmitted ? undefined : read.payload);
    yield { letter, headers, gone, ...(headersOnly || payload === undefined ? {} : { payload }) };
  }
}
