import { type Frame } from './frame-reader.ts';
import { RawConnection } from './connection.ts';

export type PassthroughOptions = {
  readonly url: string;
  readonly stream: string;
  readonly consumer: string;
  /** Unsettled messages at most. */
  readonly credit: number;
  /** Of a hundred messages so many are copied, by their sequence; the others are only acked. */
  readonly percent: number;
  /** `none` is for a consumer without acks: what came counts as settled. */
  readonly acks: 'explicit' | 'none';
};

export type PassthroughCounts = { received: number; pulls: number; confirmed: number; refused: number };

const DELIVERIES = 1;
const CONFIRMATIONS = 2;
const EXPIRES_NS = 30_000_000_000;
const ACK_SUBJECT_BYTES = 256;
const DOT = 46;
const ZERO = 48;
/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>…` */
const SEQUENCE_TOKEN = 5;
/** The good answer begins with `{"stream"`, the bad one with `{"error"`. */
const GOOD_ANSWER = 's'.charCodeAt(0);
const ACK_END = Buffer.from(' 0\r\n\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');
const PUB = Buffer.from('PUB ');
const SUBJECT = 'out.raw';

/**
 * Copies a stream's messages into another with ids and explicit acks, each ack after the copy is confirmed: what no
 * worker that keeps these guarantees can beat by much. It decodes nothing.
 */
export class Passthrough {
  readonly counts: PassthroughCounts = { received: 0, pulls: 0, confirmed: 0, refused: 0 };
  readonly #options: PassthroughOptions;
  readonly #connection: RawConnection;
  readonly #inbox = `_INBOX.raw${process.pid}`;
  readonly #free: Uint16Array;
  #freeCount: number;
  /** By slot: where to ack, and the beginning of the frame that carries the copy. */
  readonly #acks: Buffer;
  readonly #ackLengths: Uint16Array;
  readonly #heads: readonly Buffer[];
  /** By the lengths of id and payload. */
  readonly #middles = new Map<number, Buffer>();
  #settled = 0;

  constructor(options: PassthroughOptions) {
    const { url, credit } = options;
    this.#options = options;
    this.#free = Uint16Array.from({ length: credit }, (_, slot) => slot);
    this.#freeCount = credit;
    this.#acks = Buffer.alloc(credit * ACK_SUBJECT_BYTES);
    this.#ackLengths = new Uint16Array(credit);
    this.#heads = Array.from({ length: credit }, (_, slot) => Buffer.from(`HPUB ${SUBJECT} ${this.#inbox}.c.${slot} `));
    this.#connection = new RawConnection(url, {
      onFrame: (frame) => {
        if (frame.sid === CONFIRMATIONS) this.#onConfirmation(frame);
        else if (frame.replyEnd > frame.replyStart) this.#onDelivery(frame);
        else this.#onStatus(frame);
      },
      onTurn: () => {
        if (this.#settled >= credit / 4) this.#pull(this.#settled);
      },
    });
  }

  start(): void {
    this.#connection.subscribe(`${this.#inbox}.d`, DELIVERIES);
    this.#connection.subscribe(`${this.#inbox}.c.*`, CONFIRMATIONS);
    this.#pull(this.#options.credit);
    this.#connection.flush();
  }

  #pull(messages: number): void {
    const { stream, consumer } = this.#options;
    const body = JSON.stringify({ batch: messages, expires: EXPIRES_NS });
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#connection.text(`PUB ${subject} ${this.#inbox}.d ${body.length}\r\n${body}\r\n`);
    this.#settled = 0;
    this.counts.pulls += 1;
  }

  #onDelivery(frame: Frame): void {
    this.counts.received += 1;
    if (this.#options.acks === 'none') {
      this.#settled += 1;
      return;
    }
    const slot = this.#free[--this.#freeCount] ?? 0;
    const { buffer, replyStart, replyEnd } = frame;
    this.#ackLengths[slot] = replyEnd - replyStart;
    for (let at = replyStart, to = slot * ACK_SUBJECT_BYTES; at < replyEnd; at += 1) this.#acks[to++] = buffer[at] ?? 0;
    this.#copyOrAck(slot, frame);
  }

  #copyOrAck(slot: number, { buffer, replyStart, replyEnd, payloadStart, end }: Frame): void {
    let at = replyStart;
    for (let dots = 0; dots < SEQUENCE_TOKEN; at += 1) if (buffer[at] === DOT) dots += 1;
    const idStart = at;
    let sequence = 0;
    for (; at < replyEnd && buffer[at] !== DOT; at += 1) sequence = sequence * 10 + (buffer[at] ?? ZERO) - ZERO;
    if (sequence % 100 >= this.#options.percent) {
      this.#ack(slot);
      return;
    }
    const out = this.#connection;
    out.bytes(this.#heads[slot] ?? ACK_END);
    out.bytes(this.#middle(at - idStart, end - payloadStart));
    out.bytes(buffer, idStart, at);
    out.bytes(HEADERS_END);
    out.bytes(buffer, payloadStart, end);
    out.endOfFrame();
  }

  /** The lengths, and the headers up to the id. */
  #middle(idBytes: number, payloadBytes: number): Buffer {
    const key = payloadBytes * 32 + idBytes;
    const known = this.#middles.get(key);
    if (known !== undefined) return known;
    const headers = 'NATS/1.0\r\nNats-Msg-Id: ';
    const headerBytes = headers.length + idBytes + 4;
    const middle = Buffer.from(`${headerBytes} ${headerBytes + payloadBytes}\r\n${headers}`);
    this.#middles.set(key, middle);
    return middle;
  }

  #onConfirmation({ buffer, subjectEnd, payloadStart }: Frame): void {
    let slot = 0;
    let at = subjectEnd;
    while (buffer[at - 1] !== DOT) at -= 1;
    for (; at < subjectEnd; at += 1) slot = slot * 10 + (buffer[at] ?? ZERO) - ZERO;
    // What was refused comes again after the ack wait.
    if (buffer[payloadStart + 2] !== GOOD_ANSWER) {
      this.counts.refused += 1;
      this.#settle(slot);
      return;
    }
    this.counts.confirmed += 1;
    this.#ack(slot);
  }

  #ack(slot: number): void {
    const start = slot * ACK_SUBJECT_BYTES;
    this.#connection.bytes(PUB);
    this.#connection.bytes(this.#acks, start, start + (this.#ackLengths[slot] ?? 0));
    this.#connection.bytes(ACK_END);
    this.#settle(slot);
  }

  #settle(slot: number): void {
    this.#free[this.#freeCount++] = slot;
    this.#settled += 1;
  }

  /** A pull that ended before all of it came: what is left of it is asked for again. */
  #onStatus({ buffer, headerStart, end }: Frame): void {
    const left = /Nats-Pending-Messages: (\d+)/.exec(buffer.toString('latin1', headerStart, end))?.[1];
    if (left !== undefined) this.#pull(Number(left));
  }
}
