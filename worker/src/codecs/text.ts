import { type Decoded } from './decoded.ts';

const NOT_UTF8: Decoded = { ok: false, error: 'the payload is not valid UTF-8' };

// A byte order mark is part of the text: what a job doesn't change, it doesn't lose.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The event is the payload as a string; invalid UTF-8 is refused rather than replaced. */
export function decodeText(payload: Uint8Array): Decoded {
  try {
    return { ok: true, value: decoder.decode(payload), inexact: false };
  } catch {
    return NOT_UTF8;
  }
}
