import { type Frame } from '../inbound/frame.ts';
import { NO_NUMBER, readNumber } from '../inbound/number.ts';
import { parseStatus } from '../messages/headers.ts';
import { type PublishAnswer } from './contract.ts';

const NO_RESPONDERS = 503;
const CLOSING_BRACE = 0x7d;
/** All of an answer up to a sequence that ends it. */
const PREFIX = /^(\{.*"seq": ?)\d+\}$/;
const decoder = new TextDecoder();
const UNKNOWN: PublishAnswer = { kind: 'refused', code: 0, status: 0, text: 'what answered is not a stream' };

type WireAck = {
  stream?: unknown;
  seq?: unknown;
  duplicate?: unknown;
  error?: { code?: unknown; err_code?: unknown; description?: unknown };
} | null;

/** An answer that stored something, up to its sequence, which is all that differs from one to the next. */
type Known = { readonly prefix: Buffer; readonly stream: string };

/** Reads what streams answer to publications. An answer that is like the one before but for its number isn't parsed. */
export class PubAckReader {
  #known: Known | undefined;

  read(frame: Frame): PublishAnswer {
    return this.#readKnown(frame) ?? this.#parse(frame);
  }

  #readKnown({ bytes, payloadAt, end }: Frame): PublishAnswer | undefined {
    if (this.#known === undefined) return undefined;
    const { prefix, stream } = this.#known;
    const numberAt = payloadAt + prefix.length;
    if (numberAt >= end || prefix.compare(bytes, payloadAt, numberAt) !== 0) return undefined;
    const sequence = bytes[end - 1] === CLOSING_BRACE ? readNumber(bytes, numberAt, end - 1) : NO_NUMBER;
    return sequence === NO_NUMBER ? undefined : { kind: 'stored', stream, sequence, duplicate: false };
  }

  #parse(frame: Frame): PublishAnswer {
    if (frame.payloadLength === 0)
      return parseStatus(frame.headers)?.code === NO_RESPONDERS ? { kind: 'no-responders' } : UNKNOWN;
    const text = decoder.decode(frame.payload);
    const ack = parse(text);
    if (ack?.error !== undefined) return refusal(ack.error);
    if (typeof ack?.stream !== 'string' || typeof ack.seq !== 'number') return UNKNOWN;
    const prefix = PREFIX.exec(text)?.[1];
    if (prefix !== undefined) this.#known = { prefix: Buffer.from(prefix), stream: ack.stream };
    return { kind: 'stored', stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate === true };
  }
}

function parse(text: string): WireAck {
  try {
    return JSON.parse(text) as WireAck;
  } catch {
    return null;
  }
}

function refusal({ code, err_code, description }: NonNullable<NonNullable<WireAck>['error']>): PublishAnswer {
  return {
    kind: 'refused',
    code: typeof err_code === 'number' ? err_code : 0,
    status: typeof code === 'number' ? code : 0,
    text: typeof description === 'string' ? description : '',
  };
}
