import { type ChunkReader } from '../connection/internals.ts';
import { Frame, type OnFrame } from './frame.ts';
import { NO_NUMBER, readNumber } from './number.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const UPPER_M = 0x4d;
const UPPER_H = 0x48;
const CR_LF_BYTES = 2;
/** `[H]MSG <subject> <sid> [reply] [header bytes] <bytes>` has at most so many spaces. */
const MOST_SPACES = 5;
const UNFINISHED = -1;

/**
 * Finds the messages of the subscriptions that it knows in what the socket brings, without a copy and without an object
 * for each. Everything else is the client's: other messages, pings, errors, and whatever looks strange.
 */
export class FrameReader implements ChunkReader {
  readonly #handlerOf: (sid: number) => OnFrame | undefined;
  readonly #onBytes: () => void;
  readonly #frame = new Frame();
  readonly #spaces = new Int32Array(MOST_SPACES);
  #spaceCount = 0;
  /** The beginning of a frame whose end has not come. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** How long that frame is, 0 while its control line has no end. */
  #wanted = 0;

  constructor(handlerOf: (sid: number) => OnFrame | undefined, onBytes: () => void) {
    this.#handlerOf = handlerOf;
    this.#onBytes = onBytes;
  }

  read(chunk: Uint8Array, toClient: (frames: Uint8Array) => void): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#onBytes();
    let at = 0;
    while (this.#heldBytes > 0 && at < bytes.length) at = this.#complete(bytes, at, toClient);
    while (at < bytes.length) {
      const next = this.#next(bytes, at, toClient);
      if (next === UNFINISHED) {
        this.#hold(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  reset(): void {
    this.#held = [];
    this.#heldBytes = this.#wanted = 0;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  /** Adds to what is held what is missing of its frame, and no byte more; returns where the next one begins. */
  #complete(bytes: Buffer, start: number, toClient: (frames: Uint8Array) => void): number {
    const lineEnd = this.#wanted === 0 ? bytes.indexOf(NEWLINE, start) : UNFINISHED;
    const end = this.#wanted === 0 ? lineEnd + 1 || bytes.length : start + this.#wanted - this.#heldBytes;
    this.#hold(bytes.subarray(start, end));
    if (end > bytes.length || (this.#wanted === 0 && lineEnd === UNFINISHED)) return bytes.length;
    const whole = Buffer.concat(this.#held);
    this.reset();
    if (this.#next(whole, 0, toClient) === UNFINISHED) this.#hold(whole);
    return end;
  }

  /** Takes one frame; returns where the next begins, or UNFINISHED. */
  #next(bytes: Buffer, start: number, toClient: (frames: Uint8Array) => void): number {
    const first = bytes[start];
    if (first === UPPER_M || first === UPPER_H) return this.#message(bytes, start, first === UPPER_H, toClient);
    const lineEnd = bytes.indexOf(NEWLINE, start);
    if (lineEnd === UNFINISHED) return UNFINISHED;
    toClient(bytes.subarray(start, lineEnd + 1));
    return lineEnd + 1;
  }

  #message(bytes: Buffer, start: number, hasHeaders: boolean, toClient: (frames: Uint8Array) => void): number {
    const lineEnd = this.#scanLine(bytes, start);
    if (lineEnd === UNFINISHED) return UNFINISHED;
    const sid = this.#place(bytes, lineEnd, hasHeaders);
    if (sid === NO_NUMBER) {
      // Not what a server writes: the client says what is wrong with it.
      toClient(bytes.subarray(start));
      return bytes.length;
    }
    const next = this.#frame.end + CR_LF_BYTES;
    if (next > bytes.length) {
      this.#wanted = next - start;
      return UNFINISHED;
    }
    const onFrame = this.#handlerOf(sid);
    if (onFrame === undefined) toClient(bytes.subarray(start, next));
    else onFrame(this.#frame);
    return next;
  }

  /** Notes where the line's spaces are, and whether it is ASCII; returns the place of its newline. */
  #scanLine(bytes: Buffer, start: number): number {
    let count = 0;
    let bits = 0;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === NEWLINE) {
        this.#spaceCount = count;
        this.#frame.ascii = bits < 0x80;
        return at;
      }
      // One too many is noted by the count alone.
      if (byte === SPACE) this.#spaces[count++] = at;
      bits |= byte;
    }
    return UNFINISHED;
  }

  /** Fills the frame from the line that was scanned; returns the subscription's number, or NO_NUMBER when the line is odd. */
  #place(bytes: Buffer, lineEnd: number, hasHeaders: boolean): number {
    const frame = this.#frame;
    const count = this.#spaceCount;
    const hasReply = count === (hasHeaders ? 5 : 4);
    if (!hasReply && count !== (hasHeaders ? 4 : 3)) return NO_NUMBER;
    frame.bytes = bytes;
    frame.subjectAt = this.#space(0) + 1;
    frame.subjectEnd = this.#space(1);
    frame.replyAt = this.#space(2) + 1;
    frame.replyEnd = hasReply ? this.#space(3) : frame.replyAt;
    const size = readNumber(bytes, this.#space(count - 1) + 1, lineEnd - 1);
    const headerBytes = hasHeaders ? readNumber(bytes, this.#space(count - 2) + 1, this.#space(count - 1)) : 0;
    if (headerBytes === NO_NUMBER || headerBytes > size) return NO_NUMBER;
    frame.headersAt = lineEnd + 1;
    frame.payloadAt = frame.headersAt + headerBytes;
    frame.end = frame.headersAt + size;
    return readNumber(bytes, this.#space(1) + 1, this.#space(2));
  }

  #space(index: number): number {
    return this.#spaces[index] ?? 0;
  }
}
