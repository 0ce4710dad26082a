import { type Msg } from '@nats-io/transport-node';
import { rawHeaders } from '../connection/internals.ts';
import { Frame } from './frame.ts';

/** What the client made of a message, laid out again as it came. */
export function frameOf(message: Msg): Frame {
  return frameOfParts({
    subject: message.subject,
    reply: message.reply ?? '',
    headers: rawHeaders(message),
    payload: message.data,
  });
}

type Parts = { readonly subject: string; readonly reply?: string; readonly headers?: Uint8Array; payload: Uint8Array };

export function frameOfParts({ subject, reply = '', headers = new Uint8Array(0), payload }: Parts): Frame {
  const parts = [Buffer.from(subject), Buffer.from(reply), headers, payload];
  const [subjectEnd = 0, replyEnd = 0, payloadAt = 0, end = 0] = ends(parts);
  return Object.assign(new Frame(), {
    bytes: Buffer.concat(parts),
    subjectEnd,
    replyAt: subjectEnd,
    replyEnd,
    headersAt: replyEnd,
    payloadAt,
    end,
    ascii: false,
  });
}

function ends(parts: readonly Uint8Array[]): number[] {
  let end = 0;
  return parts.map((part) => (end += part.length));
}
