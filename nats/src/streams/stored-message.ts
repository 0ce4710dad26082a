import { type Msg } from '@nats-io/transport-node';
import { CODES, hasCode, naming } from '../api/codes.ts';
import { ask, askApi } from '../api/request.ts';
import { rawHeaders } from '../connection/internals.ts';
import { type Session } from '../connection/session.ts';
import { isUnreachable, PermissionError } from '../errors.ts';
import { headersOf, parseHeaders, parseStatus, type MessageHeaders } from '../messages/headers.ts';
import { nanosecondsOf } from '../messages/time.ts';
import { type RequestOptions } from '../api/options.ts';
import { type WireStoredMessage } from './wire.ts';

/** One message read by its sequence. */
export type StoredMessage = {
  readonly subject: string;
  readonly sequence: number;
  /** RFC 3339 with up to nine decimals, as the server wrote it. */
  readonly time: string;
  readonly timestampNs: bigint;
  readonly headers: MessageHeaders;
  readonly payload: Uint8Array;
};

const SUBJECT = 'Nats-Subject';
const TIME = 'Nats-Time-Stamp';

/**
 * Reads from any replica, and asks the leader when that isn't allowed, isn't offered, or finds nothing: a replica may
 * lag behind. Undefined when the leader has no such message.
 */
export async function readMessage(
  session: Session,
  stream: string,
  sequence: number,
  options: RequestOptions = {},
): Promise<StoredMessage | undefined> {
  return (
    (await readDirect(session, stream, sequence, options)) ?? (await readFromLeader(session, stream, sequence, options))
  );
}

async function readDirect(session: Session, stream: string, sequence: number, options: RequestOptions) {
  try {
    const body = JSON.stringify({ seq: sequence });
    return directMessage(await ask(session, `$JS.API.DIRECT.GET.${stream}`, body, options), sequence);
  } catch (error) {
    if (isUnreachable(error) || error instanceof PermissionError) return undefined;
    throw error;
  }
}

function directMessage(message: Msg, sequence: number): StoredMessage | undefined {
  const raw = rawHeaders(message);
  if (parseStatus(raw) !== undefined) return undefined;
  const { own, added } = splitHeaders(parseHeaders(raw).entries);
  const time = added.get(TIME) ?? '';
  return {
    subject: added.get(SUBJECT) ?? '',
    sequence,
    time,
    timestampNs: nanosecondsOf(time) ?? 0n,
    headers: headersOf(own),
    payload: message.data,
  };
}

const ADDED = ['Nats-Stream', SUBJECT, 'Nats-Sequence', TIME];

/** The server puts its headers behind the message's own, which may have the same names. */
function splitHeaders(entries: MessageHeaders['entries']) {
  const places = new Map(ADDED.map((name) => [name, entries.findLastIndex(([key]) => key === name)]));
  const taken = new Set(places.values());
  return {
    own: entries.filter((_, index) => !taken.has(index)),
    added: new Map([...places].map(([name, index]) => [name, entries[index]?.[1]])),
  };
}

const readFromLeader = (session: Session, stream: string, sequence: number, options: RequestOptions) =>
  askLeader(session, stream, { seq: sequence }, options);

/** The newest message of a subject without wildcards, as the leader has it; undefined when there is none. */
export const readLastOfSubject = (session: Session, stream: string, subject: string, options: RequestOptions) =>
  askLeader(session, stream, { last_by_subj: subject }, options);

async function askLeader(
  session: Session,
  stream: string,
  which: { readonly seq: number } | { readonly last_by_subj: string },
  options: RequestOptions,
): Promise<StoredMessage | undefined> {
  try {
    const subject = `$JS.API.STREAM.MSG.GET.${stream}`;
    const asked = askApi<{ message?: WireStoredMessage }>(session, subject, which, options);
    const { message } = await naming(asked, stream);
    return message === undefined ? undefined : storedMessage(message);
  } catch (error) {
    if (hasCode(error, CODES.messageNotFound)) return undefined;
    throw error;
  }
}

function storedMessage({ subject = '', seq = 0, hdrs = '', data = '', time = '' }: WireStoredMessage): StoredMessage {
  return {
    subject,
    sequence: seq,
    time,
    timestampNs: nanosecondsOf(time) ?? 0n,
    headers: parseHeaders(Buffer.from(hdrs, 'base64')),
    payload: Buffer.from(data, 'base64'),
  };
}
