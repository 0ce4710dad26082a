import { encodeHeaders, isValidHeader } from '../messages/headers.ts';
import { type Publication, type PublishAnswer } from './contract.ts';

/** The server's default limit of a control line is 4,096 bytes; beyond it the connection is closed. The rest is for reply and sizes. */
const MAX_SUBJECT_BYTES = 3_800;

export type Checked =
  | { readonly ok: true; readonly headers: Uint8Array | undefined }
  | { readonly ok: false; readonly answer: PublishAnswer };

/** Refuses here what would make the server close the connection on everybody, and encodes the headers on the way. */
export function checkPublication({ subject, headers, payload }: Publication, maxPayload: number): Checked {
  if (!isPublishable(subject)) return invalid('subject');
  if (headers?.some(([name, value]) => !isValidHeader(name, value)) === true) return invalid('header');
  const encoded = headers === undefined || headers.length === 0 ? undefined : encodeHeaders(headers);
  const size = payload.length + (encoded?.length ?? 0);
  if (size > maxPayload) return { ok: false, answer: { kind: 'too-large', size, limit: maxPayload } };
  return { ok: true, headers: encoded };
}

const invalid = (part: 'subject' | 'header'): Checked => ({ ok: false, answer: { kind: 'invalid', part } });

/** Whole tokens, no wildcard, nothing that would end the control line. */
function isPublishable(subject: string): boolean {
  if (subject === '' || Buffer.byteLength(subject) > MAX_SUBJECT_BYTES) return false;
  if (/[\x00-\x20\x7f]/.test(subject)) return false;
  return !/(^|\.)([*>]?)(\.|$)/.test(subject);
}
