import { MsgHdrsImpl, type NatsConnection } from '@nats-io/transport-node';
import { type Publication } from './contract.ts';

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

/** The one place where publications become frames on the connection. */
export function writeFrame(
  nc: NatsConnection,
  { subject, payload }: Publication,
  headers: Uint8Array | undefined,
  reply: string,
): void {
  nc.publish(subject, payload, headers === undefined ? { reply } : { reply, headers: new EncodedHeaders(headers) });
}
