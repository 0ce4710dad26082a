import type { MessageHeaders, ScannedMessage } from '@streamjob/nats';
import { DEAD_LETTER_HEADERS as NAMES } from '../delivery/dead-letter-headers.ts';
import type { Header } from '../pipeline/index.ts';

/** A dead letter as its stream holds it. Texts are as somebody wrote them: escape them before they reach a terminal. */
export type DeadLetter = {
  readonly id: string;
  /** Its place in the stream of the dead letters. */
  readonly sequence: number;
  /** When it was written: nanoseconds since 1970. */
  readonly timestampNs: bigint;
  readonly namespace: string;
  readonly job: string;
  readonly jobUid: string;
  readonly revision: string;
  /** The step or sink that failed, `source` or `worker`. */
  readonly step: string;
  /** Set when only the results for this sink failed. */
  readonly sink?: string;
  readonly reason: string;
  readonly error: string;
  readonly source: {
    readonly stream: string;
    readonly subject: string;
    readonly sequence: number;
    /** When that stream stored the message: nanoseconds since 1970, in decimal. */
    readonly timestamp: string;
    /** RFC 3339; dead letters of earlier versions don't tell. */
    readonly created?: string;
  };
  readonly deliveries: number;
  readonly payloadBytes: number;
  /** What only the source stream still has: the payload, or the headers. */
  readonly payloadOmitted: boolean;
  readonly headersOmitted: boolean;
};

const TOKENS_BEHIND_PREFIX = 4;

/** Undefined when the message is no dead letter of ours. */
export function parseDeadLetter(message: ScannedMessage, subjectPrefix: string): DeadLetter | undefined {
  const tokens = message.subject.slice(subjectPrefix.length + 1).split('.');
  const [namespace = '', job = '', step = '', id = ''] = tokens;
  const { headers } = message;
  const text = (name: string): string => headers.get(name) ?? '';
  const source = sourceOf(headers);
  if (tokens.length !== TOKENS_BEHIND_PREFIX || text(NAMES.reason) === '' || source === undefined) return undefined;
  const sink = headers.get(NAMES.sink);
  return {
    id,
    sequence: message.sequence,
    timestampNs: message.timestampNs,
    namespace,
    job,
    jobUid: text(NAMES.jobUid),
    revision: text(NAMES.revision),
    step,
    ...(sink === undefined ? {} : { sink }),
    reason: text(NAMES.reason),
    error: text(NAMES.error),
    source,
    deliveries: numberOf(text(NAMES.deliveries)) ?? 1,
    payloadBytes: message.payloadBytes,
    payloadOmitted: text(NAMES.payload) === 'Reference',
    headersOmitted: text(NAMES.originalsOmitted) === 'true',
  };
}

function sourceOf(headers: MessageHeaders): DeadLetter['source'] | undefined {
  const stream = headers.get(NAMES.sourceStream);
  const subject = headers.get(NAMES.sourceSubject);
  const sequence = numberOf(headers.get(NAMES.sourceSequence));
  const timestamp = headers.get(NAMES.sourceTimestamp);
  if (stream === undefined || subject === undefined || sequence === undefined) return undefined;
  if (timestamp === undefined || !/^\d{1,19}$/.test(timestamp)) return undefined;
  const created = headers.get(NAMES.sourceCreated);
  return { stream, subject, sequence, timestamp, ...(created === undefined ? {} : { created }) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The headers that the message itself had, in their order. */
export function originalHeaders({ entries }: MessageHeaders): readonly Header[] {
  return entries.flatMap(([name, value]) => {
    if (name === NAMES.encodedOriginal) return decoded(value);
    return name.startsWith(NAMES.originalPrefix) ? [[name.slice(NAMES.originalPrefix.length), value] as const] : [];
  });
}

function decoded(value: string): readonly Header[] {
  try {
    const header: unknown = JSON.parse(Buffer.from(value, 'base64').toString());
    return isHeader(header) ? [header] : [];
  } catch {
    return [];
  }
}

function isHeader(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
