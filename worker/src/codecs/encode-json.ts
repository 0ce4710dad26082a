import { InexactNumber } from '@streamjob/expressions';
import { type DecodedEvent } from './decoded.ts';

// The library types of TypeScript 6 don't know rawJSON yet.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => object };

/**
 * An event as JSON in UTF-8, every number as exact as it came: BigInt as an integer, InexactNumber as it was written.
 * @throws RangeError when the text would be longer than a string can be
 */
export function encodeJson(event: DecodedEvent): Uint8Array {
  return Buffer.from(jsonText(event));
}

/** The same as a text. */
export function jsonText({ value, inexact }: DecodedEvent): string {
  return inexact ? stringifyExactly(value) : JSON.stringify(value);
}

/** A replacer makes it three times as slow. */
function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part));
    return part instanceof InexactNumber ? rawJSON(part.source) : part;
  });
}
