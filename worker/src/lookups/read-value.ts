import { type Decoded, decoders } from '../codecs/index.ts';
import { type LookupAnswer } from './lookup.ts';

/** What a looked-up value is. */
export type ValueFormat = 'Json' | 'Text';

/** Turns a value's bytes into an answer; one that isn't what the format says is its key's failure. */
export function readValue(bytes: Uint8Array, format: ValueFormat): LookupAnswer {
  const decoded: Decoded = decoders[format](bytes);
  if (decoded.ok) return { kind: 'found', value: decoded.value, inexact: decoded.inexact };
  return { kind: 'failed', error: decoded.error.replace('the payload', 'the value that was looked up') };
}
