import { headerBlock, isValidHeader } from '../messages/headers.ts';
import { type Publication, type PublishAnswer } from '../publisher/contract.ts';

export type Refusal = Extract<PublishAnswer, { kind: 'too-large' | 'invalid' }>;

/** The server's default limit of a control line is 4,096 bytes; beyond it the connection is closed. The rest is for reply and sizes. */
const MAX_SUBJECT_BYTES = 3_800;
const MOST_BYTES_PER_CHARACTER = 3;
const INVALID_SUBJECT: Refusal = { kind: 'invalid', part: 'subject' };
const INVALID_HEADER: Refusal = { kind: 'invalid', part: 'header' };

/** Refuses here what would make the server close the connection on everybody; returns the header block otherwise. */
export function checkPublication({ subject, headers, payload }: Publication, maxPayload: number): string | Refusal {
  if (!isPublishable(subject)) return INVALID_SUBJECT;
  const block = headers === undefined || headers.length === 0 ? '' : validBlock(headers);
  if (block === undefined) return INVALID_HEADER;
  // Counting the bytes of a text takes longer than seeing that it is far too short to matter.
  if (block.length * MOST_BYTES_PER_CHARACTER + payload.length <= maxPayload) return block;
  const size = Buffer.byteLength(block) + payload.length;
  return size <= maxPayload ? block : { kind: 'too-large', size, limit: maxPayload };
}

function validBlock(headers: NonNullable<Publication['headers']>): string | undefined {
  for (const [name, value] of headers) if (!isValidHeader(name, value)) return undefined;
  return headerBlock(headers);
}

/** Whole tokens, no wildcard, nothing that would end the control line. */
function isPublishable(subject: string): boolean {
  if (subject === '' || subject.length > MAX_SUBJECT_BYTES) return false;
  if (subject.length * MOST_BYTES_PER_CHARACTER > MAX_SUBJECT_BYTES && Buffer.byteLength(subject) > MAX_SUBJECT_BYTES)
    return false;
  if (/[\x00-\x20\x7f]/.test(subject)) return false;
  return !/(^|\.)([*>]?)(\.|$)/.test(subject);
}
