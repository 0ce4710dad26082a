import { crc32 } from 'node:zlib';

/** One message that a worker had in hand on the careful path, or that it suspects since then. */
export type Entry = {
  readonly sequence: number;
  /** When the source stream stored it, nanoseconds since 1970 in decimal. */
  readonly timestamp: string;
  /** Where its acknowledgement goes. */
  readonly reply: string;
  /** How often the worker died with this message alone in hand. */
  readonly deaths: number;
  readonly inHand: boolean;
};

/** Everything that a worker remembers beyond its own death. */
export type Page = {
  /** Of the manifest: another revision may cure what the last one died of. */
  readonly revision: string;
  readonly source: SourceMemory | undefined;
  /** Messages settled and messages convicted under this revision. */
  readonly finished: number;
  readonly convicted: number;
  readonly entries: readonly Entry[];
};

/** What was seen of the source stream. */
export type SourceMemory = {
  /** RFC 3339. */
  readonly created: string;
  readonly lastSequence: number;
};

/** Two pages fill the file: one is valid while the other is being written. */
export const PAGE_BYTES = 128 * 1024;
const HEADER_BYTES = 32;

/** The bytes of a page, a checksum before them; undefined when they don't fit. */
export function encodePage(page: Page, turn: number): Buffer | undefined {
  const body = Buffer.from(JSON.stringify(page));
  if (body.length + HEADER_BYTES > PAGE_BYTES) return undefined;
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.write('SJ01', 0, 'latin1');
  bytes.writeUInt32LE(body.length, 4);
  bytes.writeUInt32LE(crc32(body), 8);
  bytes.writeDoubleLE(turn, 12);
  body.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** Undefined for a page that was never written, or not to its end. */
export function decodePage(bytes: Buffer): { readonly page: Page; readonly turn: number } | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== 'SJ01') return undefined;
  const length = bytes.readUInt32LE(4);
  if (length + HEADER_BYTES > bytes.length) return undefined;
  const body = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length);
  if (crc32(body) !== bytes.readUInt32LE(8)) return undefined;
  return { page: JSON.parse(body.toString()) as Page, turn: bytes.readDoubleLE(12) };
}

export function emptyPage(revision: string): Page {
  return { revision, source: undefined, finished: 0, convicted: 0, entries: [] };
}
