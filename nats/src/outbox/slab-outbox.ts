import { type Internals } from '../connection/internals.ts';
import { headerBlock } from '../messages/headers.ts';
import { type Publication } from '../publisher/contract.ts';
import { checkPublication, type Refusal } from './check.ts';
import { type Outbox } from './outbox.ts';
import { Slab } from './slab.ts';

const CR_LF = '\r\n';
/** Text is gathered up to so many characters: one write of many frames costs less than a write of each. */
const TEXT_CHARACTERS = 4 * 1024;
const MOST_BYTES_PER_CHARACTER = 3;

/** Encodes frames one behind the other, and hands those of a turn to the socket in one piece. */
export class SlabOutbox implements Outbox {
  readonly #internals: Internals;
  readonly #maxPayload: () => number;
  readonly #slab = new Slab();
  /** What follows the bytes in the slab; it has its room there. */
  #text = '';
  /** The text that was sent last, and how its frame ends: acks are all alike. */
  #sent = { text: '', tail: '' };
  /** Where the bytes of this turn belong. */
  #link: object | undefined;
  #scheduled = false;

  constructor(internals: Internals, maxPayload: () => number) {
    this.#internals = internals;
    this.#maxPayload = maxPayload;
  }

  publish(publication: Publication, reply: string): Refusal | undefined {
    const { subject, headers, payload } = publication;
    const headerBytes = checkPublication(publication, this.#maxPayload());
    if (typeof headerBytes !== 'number') return headerBytes;
    const head =
      headers === undefined || headerBytes === 0
        ? `PUB ${subject} ${reply} ${payload.length}\r\n`
        : `HPUB ${subject} ${reply} ${headerBytes} ${headerBytes + payload.length}\r\n${headerBlock(headers)}`;
    this.#add(head, payload.length + CR_LF.length);
    this.#writeText();
    this.#slab.bytes(payload);
    this.#text = CR_LF;
    return undefined;
  }

  send(subject: string, text: string, reply?: string): void {
    if (text !== this.#sent.text) this.#sent = { text, tail: ` ${text.length}\r\n${text}\r\n` };
    const { tail } = this.#sent;
    this.#add(reply === undefined ? `PUB ${subject}${tail}` : `PUB ${subject} ${reply}${tail}`, 0);
    if (this.#text.length > TEXT_CHARACTERS) this.#writeText();
  }

  flush(): void {
    this.#writeText();
    if (this.#slab.length === 0) return;
    const bytes = this.#slab.take();
    if (this.#link !== undefined && this.#link === this.#internals.link) this.#internals.write(bytes);
  }

  get pendingBytes(): number {
    return this.#slab.length + this.#text.length + this.#internals.pendingBytes;
  }

  /** Adds text that so many bytes will follow, and makes room for both: only whole frames are handed over before. */
  #add(text: string, bytesAfter: number): void {
    this.#schedule();
    if (!this.#slab.fits((this.#text.length + text.length) * MOST_BYTES_PER_CHARACTER + bytesAfter)) {
      this.flush();
      this.#slab.renew(text.length * MOST_BYTES_PER_CHARACTER + bytesAfter);
    }
    this.#text += text;
  }

  #writeText(): void {
    if (this.#text === '') return;
    this.#slab.text(this.#text);
    this.#text = '';
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#link = this.#internals.link;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}
