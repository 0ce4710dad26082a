import { decodeBytes } from './bytes.ts';
import { type Decode } from './decoded.ts';
import { decodeJson } from './json.ts';
import { decodeText } from './text.ts';

export { type Decode, type Decoded, type DecodedEvent } from './decoded.ts';
export { encodeJson, jsonText } from './encode-json.ts';
export { parseKeepingNumbers } from './json-numbers.ts';

/** Every format of `source.format`. */
export const decoders = {
  Json: decodeJson,
  Text: decodeText,
  Bytes: decodeBytes,
} as const satisfies Record<string, Decode>;
