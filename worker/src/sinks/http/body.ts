const [OPEN, COMMA, CLOSE, NEWLINE] = ['[', ',', ']', '\n'].map((text) => Buffer.from(text));
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

export type BatchFormat = 'JsonArray' | 'JsonLines';

/** JSON documents as one list, or as a line each. */
export function bodyOf(payloads: readonly Uint8Array[], format: BatchFormat): Uint8Array {
  const parts = payloads.flatMap((payload, index) => {
    if (format === 'JsonLines') return [oneLine(payload), NEWLINE];
    return index === 0 ? [payload] : [COMMA, payload];
  });
  const all = format === 'JsonLines' ? parts : [OPEN, ...parts, CLOSE];
  return Buffer.concat(all.filter((part) => part !== undefined));
}

/** In JSON a line break is never more than a space: inside texts it is escaped. */
function oneLine(payload: Uint8Array): Uint8Array {
  if (!payload.includes(LINE_FEED) && !payload.includes(CARRIAGE_RETURN)) return payload;
  return payload.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
}
