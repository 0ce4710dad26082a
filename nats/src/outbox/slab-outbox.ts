import { type Internals } from '../connection/internals.ts';
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
  /** Where the bytes of this turn belong. */
  #link: object | undefined;
  #scheduled = false;

  constructor(internals: Internals, maxPayload: () => number) {
    this.#internals = internals;
    this.#maxPayload = maxPayload;
  }

  publish(publication: Publication, reply: string): Refusal | undefined {
    const { subject, payload } = publication;
    const headers = checkPublication(publication, this.#maxPayload());
    if (typeof headers !== 'string') return headers;
    const headerBytes = Buffer.byteLength(headers);
    const bytes = headerBytes + payload.length;
    const head =
      headers === ''
        ? `PUB ${subject} ${reply} ${bytes}\r\n`
        : `HPUB ${subject} ${reply} ${headerBytes} ${bytes}\r\n${headers}`;
    this.#add(head, payload.length + CR_LF.length);
    this.#writeText();
    this.#slab.bytes(payload);
    this.#text = CR_LF;
    return undefined;
  }

  send(subject: string, text: string, reply?: string): void {
    const to = reply === undefined ? subject : `${subject} ${reply}`;
    this.#add(`PUB ${to} ${text.length}\r\n${text}\r\n`, 0);
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
    const most = (characters: number) => characters * MOST_BYTES_PER_CHARACTER + bytesAfter;
    if (!this.#slab.fits(most(this.#text.length + text.length))) {
      this.flush();
      this.#slab.renew(most(text.length));
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
