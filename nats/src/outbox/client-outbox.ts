import { MsgHdrsImpl, type NatsConnection } from '@nats-io/transport-node';
import { headerBlock } from '../messages/headers.ts';
import { type Publication } from '../publisher/contract.ts';
import { checkPublication, type Refusal } from './check.ts';
import { type Outbox } from './outbox.ts';

const encoder = new TextEncoder();
/** The server is asked whether it has everything once so much may be on its way: below it, what is pending is a guess. */
const ASK_AFTER_BYTES = 256 * 1024;

/** Hands bytes that were already encoded to the library, which asks only for them. */
class EncodedHeaders extends MsgHdrsImpl {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
  }

  override encode(): Uint8Array {
    return this.#bytes;
  }
}

/** The same frames written by the client library's public face, which costs several times as much. */
export class ClientOutbox implements Outbox {
  readonly #nc: NatsConnection;
  readonly #maxPayload: () => number;
  #written = 0;
  #taken = 0;
  #asking = false;

  constructor(nc: NatsConnection, maxPayload: () => number) {
    this.#nc = nc;
    this.#maxPayload = maxPayload;
  }

  publish(publication: Publication, reply: string): Refusal | undefined {
    const { subject, headers, payload } = publication;
    const headerBytes = checkPublication(publication, this.#maxPayload());
    if (typeof headerBytes !== 'number') return headerBytes;
    const encoded = headers === undefined || headerBytes === 0 ? undefined : encoder.encode(headerBlock(headers));
    this.#nc.publish(
      subject,
      payload,
      encoded === undefined ? { reply } : { reply, headers: new EncodedHeaders(encoded) },
    );
    this.#count(headerBytes + payload.length);
    return undefined;
  }

  send(subject: string, text: string, reply?: string): void {
    this.#nc.publish(subject, encoder.encode(text), reply === undefined ? {} : { reply });
    this.#count(text.length);
  }

  /** The library writes what it was given at the end of the turn, or when it is asked whether all has arrived. */
  flush(): void {
    return;
  }

  get pendingBytes(): number {
    return this.#written - this.#taken;
  }

  #count(bytes: number): void {
    this.#written += bytes;
    if (!this.#asking && this.pendingBytes >= ASK_AFTER_BYTES) this.#ask();
  }

  #ask(): void {
    this.#asking = true;
    const written = this.#written;
    const done = () => {
      this.#asking = false;
      this.#taken = written;
      if (this.pendingBytes > 0) this.#ask();
    };
    // A break ends the question too, and what was on its way with it.
    this.#nc.flush().then(done, done);
  }
}
