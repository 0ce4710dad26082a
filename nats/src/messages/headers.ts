/** Names as they were written, values without the blanks around them; nothing that a producer wrote makes it throw. */
export type MessageHeaders = {
  /** The first value; names are compared as written. */
  get(name: string): string | undefined;
  values(name: string): readonly string[];
  /** Every name and value in the order they came. */
  readonly entries: readonly (readonly [name: string, value: string])[];
};

type Entry = readonly [name: string, value: string];

const VERSION = 'NATS/1.0';
const decoder = new TextDecoder();

/** Parses what lies between the control line and the payload. The client library's parser throws on a bare newline. */
export function parseHeaders(bytes: Uint8Array): MessageHeaders {
  return headersOf(bytes.length === 0 ? [] : parseEntries(decoder.decode(bytes)));
}

export function headersOf(entries: readonly Entry[]): MessageHeaders {
  return {
    entries,
    get: (name) => entries.find(([key]) => key === name)?.[1],
    values: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
  };
}

function parseEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) entries.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return entries;
}

/** The server's word instead of a message: `NATS/1.0 408 Request Timeout`. */
export type StatusLine = { readonly code: number; readonly text: string };

export function parseStatus(bytes: Uint8Array): StatusLine | undefined {
  // A message's own headers have a line break where a status has a blank.
  if (bytes[VERSION.length] !== 0x20) return undefined;
  const match = /^NATS\/1\.0 (\d{3})[ ]?([^\r\n]*)/.exec(decoder.decode(bytes));
  return match === null ? undefined : { code: Number(match[1]), text: match[2] ?? '' };
}

/** True when a server and every client can read it back: printable ASCII without a colon, and a value of one line. */
export function isValidHeader(name: string, value: string): boolean {
  return /^[\x21-\x39\x3b-\x7e]+$/.test(name) && !/[\r\n\0]/.test(value);
}

/** A header block as text; names and values must have passed `isValidHeader`. */
export function headerBlock(entries: readonly Entry[]): string {
  let text = `${VERSION}\r\n`;
  for (const [name, value] of entries) text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}
