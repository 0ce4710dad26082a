import { type Header, type SourceMessage } from './types.ts';

/** What a header name may hold; another producer's client may have written anything. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** The server's own: a forwarded Nats-Expected-Stream would make it refuse the result. */
const SERVER_HEADER = /^nats-/i;

/** Anything else could end the header, or the headers. */
const HEADER_VALUE = /^[^\r\n\0]*$/;

/** `NATS/1.0`, its line end, and the empty line that ends the block. */
const BLOCK_BYTES = 12;
/** A colon, a space and a line end. */
const LINE_BYTES = 4;
const MAX_BYTES_PER_CODE_UNIT = 3;

/** The headers of a source message that its results carry on: not the server's, nor what would be malformed. */
export function forwardedHeaders({ headers }: SourceMessage): readonly Header[] {
  const { entries } = headers;
  return entries.length === 0 ? entries : entries.filter(isForwarded);
}

function isForwarded([name, value]: Header): boolean {
  return HEADER_NAME.test(name) && !SERVER_HEADER.test(name) && HEADER_VALUE.test(value);
}

/** Whether a payload of so many bytes and its headers stay within so many bytes on the wire. */
export function fits(headers: readonly Header[], payloadBytes: number, maxBytes: number): boolean {
  const framing = payloadBytes + BLOCK_BYTES + headers.length * LINE_BYTES;
  let codeUnits = 0;
  for (const [name, value] of headers) codeUnits += name.length + value.length;
  if (framing + codeUnits * MAX_BYTES_PER_CODE_UNIT <= maxBytes) return true;
  let bytes = framing;
  for (const [name, value] of headers) bytes += name.length + Buffer.byteLength(value);
  return bytes <= maxBytes;
}
