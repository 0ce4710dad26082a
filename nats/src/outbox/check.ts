import { isValidHeader } from '../messages/headers.ts';
import { type Publication, type PublishAnswer } from '../publisher/contract.ts';

export type Refusal = Extract<PublishAnswer, { kind: 'too-large' | 'invalid' }>;

/** The server's default limit of a control line is 4,096 bytes; beyond it the connection is closed. The rest is for reply and sizes. */
const MAX_SUBJECT_BYTES = 3_800;
const EMPTY_BLOCK_BYTES = 'NATS/1.0\r\n\r\n'.length;
const LINE_BYTES = ': \r\n'.length;
const INVALID_SUBJECT: Refusal = { kind: 'invalid', part: 'subject' };
const INVALID_HEADER: Refusal = { kind: 'invalid', part: 'header' };
const INVALID = -1;

/**
 * Refuses here what would make the server close the connection on everybody; returns how many bytes the header block
 * takes otherwise, 0 when there is none.
 */
export function checkPublication({ subject, headers, payload }: Publication, maxPayload: number): number | Refusal {
  if (!isPublishable(subject)) return INVALID_SUBJECT;
  const headerBytes = headers === undefined || headers.length === 0 ? 0 : blockBytes(headers);
  if (headerBytes === INVALID) return INVALID_HEADER;
  const size = headerBytes + payload.length;
  return size <= maxPayload ? headerBytes : { kind: 'too-large', size, limit: maxPayload };
}

function blockBytes(headers: NonNullable<Publication['headers']>): number {
  let bytes = EMPTY_BLOCK_BYTES;
  for (const [name, value] of headers) {
    if (!isValidHeader(name, value)) return INVALID;
    bytes += name.length + LINE_BYTES + (isAscii(value) ? value.length : Buffer.byteLength(value));
  }
  return bytes;
}

/** Whole tokens, no wildcard, nothing that would end the control line. */
function isPublishable(subject: string): boolean {
  if (subject === '' || subject.length > MAX_SUBJECT_BYTES) return false;
  if (/[\x00-\x20\x7f]/.test(subject) || /(^|\.)([*>]?)(\.|$)/.test(subject)) return false;
  return isAscii(subject) || Buffer.byteLength(subject) <= MAX_SUBJECT_BYTES;
}

const isAscii = (text: string) => !/[^\x00-\x7f]/.test(text);
