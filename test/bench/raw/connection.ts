import { connect as connectSocket, type Socket } from 'node:net';
import { FrameReader, type Frame } from './frame-reader.ts';

const READ_BYTES = 256 * 1024;
const SLAB_BYTES = 1024 * 1024;
const CRLF = Buffer.from('\r\n');

export type RawEvents = {
  onFrame(frame: Frame): void;
  /** After all messages of one read: the moment to write what they led to. */
  onTurn(): void;
};

/**
 * The least client of NATS that there can be: a socket, a reader of frames, and a slab that frames are written into
 * and that goes out in one piece. It ends the process on any error, for it is a yardstick and no library.
 */
export class RawConnection {
  readonly #socket: Socket;
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #start = 0;
  #at = 0;
  #pongs: (() => void)[] = [];

  /** `url` is `nats://host:port`, without credentials. */
  constructor(url: string, events: RawEvents) {
    const { hostname, port } = new URL(url);
    const reader = new FrameReader({
      onFrame: (frame) => {
        events.onFrame(frame);
      },
      onPing: () => {
        this.text('PONG\r\n');
      },
      onPong: () => this.#pongs.shift()?.(),
      onError: (text) => {
        throw new Error(text);
      },
    });
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array): boolean => {
        reader.feed(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
        events.onTurn();
        this.flush();
        return true;
      },
    };
    this.#socket = connectSocket({ host: hostname, port: Number(port), noDelay: true, onread });
    this.text('CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n');
  }

  /** When the server has taken all that was written before. */
  async settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#pongs.push(() => {
      resolve(undefined);
    });
    this.text('PING\r\n');
    this.flush();
    await promise;
  }

  subscribe(subject: string, sid: number): void {
    this.text(`SUB ${subject} ${sid}\r\n`);
  }

  text(text: string): void {
    this.#reserve(text.length);
    this.#at += this.#slab.write(text, this.#at, 'latin1');
  }

  bytes(source: Buffer, start = 0, end = source.length): void {
    this.#reserve(end - start);
    if (end - start > 64) {
      source.copy(this.#slab, this.#at, start, end);
      this.#at += end - start;
      return;
    }
    const slab = this.#slab;
    let at = this.#at;
    for (let from = start; from < end; from += 1) slab[at++] = source[from] ?? 0;
    this.#at = at;
  }

  endOfFrame(): void {
    this.bytes(CRLF);
  }

  /** Gives the socket what was written since the last time. */
  flush(): void {
    if (this.#at === this.#start) return;
    this.#socket.write(this.#slab.subarray(this.#start, this.#at));
    this.#start = this.#at;
  }

  end(): void {
    this.flush();
    this.#socket.end();
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return;
    this.flush();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
    this.#start = this.#at = 0;
  }
}
