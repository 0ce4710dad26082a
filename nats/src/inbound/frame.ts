/**
 * One message as it lies among the bytes that came. The reader has a single one and fills it again for the next message:
 * what a callback wants to keep of it, it takes before it returns.
 */
export class Frame {
  bytes: Buffer = Buffer.alloc(0);
  subjectAt = 0;
  subjectEnd = 0;
  replyAt = 0;
  replyEnd = 0;
  headersAt = 0;
  payloadAt = 0;
  end = 0;
  /** Whether subject and reply are ASCII. */
  ascii = true;

  get subject(): string {
    return this.#text(this.subjectAt, this.subjectEnd);
  }

  /** Empty when there is none. */
  get reply(): string {
    return this.#text(this.replyAt, this.replyEnd);
  }

  /** The header block as it came; empty when there is none. */
  get headers(): Uint8Array {
    return this.bytes.subarray(this.headersAt, this.payloadAt);
  }

  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadAt, this.end);
  }

  get payloadLength(): number {
    return this.end - this.payloadAt;
  }

  #text(from: number, to: number): string {
    return this.bytes.toString(this.ascii ? 'latin1' : 'utf8', from, to);
  }
}

export type OnFrame = (frame: Frame) => void;
