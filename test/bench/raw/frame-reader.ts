/** One message on the wire: places in a buffer that is valid only during the call that tells it. */
export type Frame = {
  buffer: Buffer;
  sid: number;
  subjectStart: number;
  subjectEnd: number;
  /** Equal to `replyEnd` when there is none. */
  replyStart: number;
  replyEnd: number;
  headerStart: number;
  payloadStart: number;
  end: number;
};

export type FrameEvents = {
  onFrame(frame: Frame): void;
  onPing(): void;
  onPong(): void;
  onError(text: string): void;
};

const EMPTY: Buffer = Buffer.alloc(0);
const SPACE = 32;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ZERO = 48;
const INCOMPLETE = -1;
const [M, H, P, MINUS, I, O] = [...Buffer.from('MHP-IO')] as [number, number, number, number, number, number];

/** Splits what a server sends into messages, without an object or a string for any of them. */
export class FrameReader {
  readonly #events: FrameEvents;
  readonly #frame: Frame = {
    buffer: EMPTY,
    sid: 0,
    subjectStart: 0,
    subjectEnd: 0,
    replyStart: 0,
    replyEnd: 0,
    headerStart: 0,
    payloadStart: 0,
    end: 0,
  };
  /** Where the words of the current line start and end, in turns. */
  readonly #words = new Int32Array(32);
  #rest = EMPTY;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  feed(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let next = this.#readOne(data, at); next !== INCOMPLETE; next = this.#readOne(data, at)) at = next;
    this.#rest = at === data.length ? EMPTY : Buffer.from(data.subarray(at));
  }

  /** Where the next one begins, or INCOMPLETE. */
  #readOne(data: Buffer, start: number): number {
    const words = this.#words;
    let count = 0;
    let inWord = false;
    for (let at = start; at < data.length; at += 1) {
      const byte = data[at];
      const isBreak = byte === SPACE || byte === CARRIAGE_RETURN || byte === LINE_FEED;
      if (isBreak === inWord && count < words.length) words[count++] = at;
      inWord = !isBreak;
      if (byte === LINE_FEED) return this.#onLine(data, start, at + 1, count / 2);
    }
    return INCOMPLETE;
  }

  #onLine(data: Buffer, start: number, lineEnd: number, words: number): number {
    const first = data[start];
    if (first === M) return this.#onMessage(data, lineEnd, words, false);
    if (first === H) return this.#onMessage(data, lineEnd, words, true);
    if (first === P && data[start + 1] === I) this.#events.onPing();
    else if (first === P && data[start + 1] === O) this.#events.onPong();
    else if (first === MINUS) this.#events.onError(data.toString('latin1', start, lineEnd).trim());
    return lineEnd;
  }

  /** `MSG <subject> <sid> [reply] <bytes>`, or `HMSG <subject> <sid> [reply] <header bytes> <bytes>`. */
  #onMessage(data: Buffer, lineEnd: number, words: number, hasHeaders: boolean): number {
    const end = lineEnd + this.#number(data, words - 1);
    const next = end + 2;
    if (next > data.length) return INCOMPLETE;
    const frame = this.#frame;
    const hasReply = words === (hasHeaders ? 6 : 5);
    frame.buffer = data;
    frame.subjectStart = this.#words[2] ?? 0;
    frame.subjectEnd = this.#words[3] ?? 0;
    frame.sid = this.#number(data, 2);
    frame.replyStart = hasReply ? (this.#words[6] ?? 0) : 0;
    frame.replyEnd = hasReply ? (this.#words[7] ?? 0) : 0;
    frame.headerStart = lineEnd;
    frame.payloadStart = hasHeaders ? lineEnd + this.#number(data, words - 2) : lineEnd;
    frame.end = end;
    this.#events.onFrame(frame);
    return next;
  }

  #number(data: Buffer, word: number): number {
    const end = this.#words[2 * word + 1] ?? 0;
    let value = 0;
    for (let at = this.#words[2 * word] ?? 0; at < end; at += 1) value = value * 10 + (data[at] ?? ZERO) - ZERO;
    return value;
  }
}
