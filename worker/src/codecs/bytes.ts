import { type Decoded } from './decoded.ts';

/** The event is the payload itself. */
export function decodeBytes(payload: Uint8Array): Decoded {
  return { ok: true, value: payload, inexact: false };
}
