import { createHash } from 'node:crypto';
import type { Publication } from '@streamjob/nats';
import type { Header } from '../pipeline/types.ts';
import { DEAD_LETTER_HEADERS as NAMES, TRACE_CONTEXT } from './dead-letter-headers.ts';
import type { InHand } from './in-hand.ts';
import type { DeadLetterFailure } from './parcel.ts';

export type DeadLetterOrigin = {
  readonly namespace: string;
  readonly job: string;
  readonly uid: string;
  readonly revision: string;
  /** When the source stream was created, RFC 3339. */
  readonly streamCreated: string;
  /** Names of the job's sinks; no step has the name of one. */
  readonly sinks: ReadonlySet<string>;
  /** Names the message within the job: the same on every worker and at every delivery. */
  identify(message: InHand): string;
};

export type DeadLetterTarget = {
  /** The stream that must store it; absent when there is none, and then nothing is sent. */
  readonly stream: string | undefined;
  /** Literal tokens that every dead letter's subject starts with. */
  readonly subjectPrefix: string;
  /** Bytes of headers and payload that the server takes. */
  readonly maxPayload: number;
};

/** JetStream takes 64 KiB of headers; the message's own get half of it. */
const MAX_ORIGINAL_BYTES = 32 * 1024;
/** Room for the header frame around the names and values. */
const FRAME_BYTES = 1024;
const ID_BYTES = 16;
/** What a header block gives back as it was put in. */
const PLAIN_NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const PLAIN_VALUE = /^[^\r\n\0]*$/;

/**
 * Builds the publication of a dead letter. Its subject ends in an id made of the message and what failed, and the
 * server is told that nothing may lie on that subject yet: so it is stored once, however often and late it is written.
 */
export function buildDeadLetter(
  message: InHand,
  failure: DeadLetterFailure,
  origin: DeadLetterOrigin,
  target: DeadLetterTarget & { readonly byReference?: boolean },
): Publication {
  const id = deadLetterId(origin.identify(message), failure.at);
  const own = describe(message, failure, origin);
  const originals = target.byReference === true ? undefined : originalHeaders(message.headers.entries);
  const headers: Header[] = [['Nats-Msg-Id', id], ['Nats-Expected-Last-Subject-Sequence', '0'], ...own];
  if (target.stream !== undefined) headers.push(['Nats-Expected-Stream', target.stream]);
  if (originals === undefined) headers.push([NAMES.originalsOmitted, 'true']);
  else headers.push(...originals);
  const byValue = target.byReference !== true && sizeOf(headers) + message.bytes + FRAME_BYTES <= target.maxPayload;
  headers.push([NAMES.payload, byValue ? 'Value' : 'Reference']);
  return {
    subject: `${target.subjectPrefix}.${origin.namespace}.${origin.job}.${failure.at}.${id}`,
    headers,
    payload: byValue ? message.payload : new Uint8Array(0),
  };
}

function deadLetterId(identity: string, at: string): string {
  return createHash('sha256').update(`${identity}\n${at}`).digest().subarray(0, ID_BYTES).toString('base64url');
}

function describe(message: InHand, failure: DeadLetterFailure, origin: DeadLetterOrigin): Header[] {
  const { subject, stream, sequence, timestamp } = message.delivery;
  const trace = message.headers.entries.filter(([name]) => TRACE_CONTEXT.some((known) => known === name.toLowerCase()));
  return [
    [NAMES.reason, failure.reason],
    [NAMES.step, failure.at],
    ...sinkOf(failure, origin),
    [NAMES.error, oneLine(failure.error)],
    [NAMES.job, `${origin.namespace}/${origin.job}`],
    [NAMES.jobUid, origin.uid],
    [NAMES.revision, origin.revision],
    [NAMES.sourceStream, stream],
    [NAMES.sourceCreated, origin.streamCreated],
    [NAMES.sourceSubject, subject],
    [NAMES.sourceSequence, String(sequence)],
    [NAMES.sourceTimestamp, timestamp],
    [NAMES.deliveries, String(message.deliveries)],
    ...(sizeOf(trace) <= FRAME_BYTES ? trace : []),
  ];
}

/** A worker that crashed had sent nothing, whatever the sinks are called. */
function sinkOf({ at, reason }: DeadLetterFailure, { sinks }: DeadLetterOrigin): Header[] {
  return reason !== 'CrashedWorker' && sinks.has(at) ? [[NAMES.sink, at]] : [];
}

/** Undefined when they are too large to be forwarded. */
function originalHeaders(headers: readonly Header[]): Header[] | undefined {
  const prefixed = headers.map((header): Header => {
    const [name, value] = header;
    if (PLAIN_NAME.test(name) && PLAIN_VALUE.test(value)) return [`${NAMES.originalPrefix}${name}`, value];
    return [NAMES.encodedOriginal, Buffer.from(JSON.stringify(header)).toString('base64')];
  });
  return sizeOf(prefixed) <= MAX_ORIGINAL_BYTES ? prefixed : undefined;
}

function sizeOf(headers: readonly Header[]): number {
  let bytes = 0;
  for (const [name, value] of headers) bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 4;
  return bytes;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
