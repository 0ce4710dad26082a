import { type Msg, type MsgHdrsImpl, type MsgImpl, type NatsConnection } from '@nats-io/transport-node';

/** What the client library of the pinned version has inside. Nothing else in this package looks there. */
type Inside = {
  connected: boolean;
  readonly transport: { readonly version: string; readonly socket?: { readonly writableLength: number } };
  readonly outbound: { readonly size: () => number };
  parser: ClientParser;
  readonly sendCommand: (bytes: Uint8Array) => void;
  readonly flushPending: () => void;
};
type ClientParser = { readonly parse: (bytes: Uint8Array) => void; readonly state: number };

const VERSION = '3.4.0';
const BETWEEN_FRAMES = 0;

/** Reads what the socket brings. */
export type ChunkReader = {
  /** What isn't for this reader goes to `toClient`, in whole frames and in order. */
  read(chunk: Uint8Array, toClient: (frames: Uint8Array) => void): void;
  /** The connection was made anew: the rest of a frame that began never comes. */
  reset(): void;
};

/** The shortest way in and out of a connection: past the client's parser, and in one write instead of many. */
export type Internals = {
  /** What would take bytes now: undefined while nothing would, another object after each break. */
  readonly link: object | undefined;
  /** Writes at once, behind whatever the client was about to write. There must be a link. */
  write(bytes: Uint8Array): void;
  /** Bytes that were written and that the operating system has not taken. */
  readonly pendingBytes: number;
  /** From now on all that the socket brings goes through `reader`. */
  divert(reader: ChunkReader): void;
};

export type FindInternals = (nc: NatsConnection) => Internals | undefined;

/** Undefined when the client isn't what this was written for: then its public face has to do. */
export const findInternals: FindInternals = (nc) => {
  const inside = (nc as NatsConnection & { protocol?: unknown }).protocol;
  if (!isKnown(inside)) return undefined;
  return {
    get link() {
      return inside.connected ? inside.transport : undefined;
    },
    write: (bytes) => {
      inside.sendCommand(bytes);
      inside.flushPending();
    },
    get pendingBytes() {
      return inside.outbound.size() + (inside.transport.socket?.writableLength ?? 0);
    },
    divert: (reader) => {
      divert(inside, reader);
    },
  };
};

function isKnown(inside: unknown): inside is Inside {
  const { connected, transport, outbound, parser, sendCommand, flushPending } = (inside ?? {}) as Partial<Inside>;
  const functions = [outbound?.size, parser?.parse, sendCommand, flushPending];
  return (
    transport?.version === VERSION &&
    typeof transport.socket?.writableLength === 'number' &&
    typeof connected === 'boolean' &&
    typeof parser?.state === 'number' &&
    functions.every((each) => typeof each === 'function')
  );
}

/** The client makes a new parser for each connection, and asks for it by this name at each chunk. */
function divert(inside: Inside, reader: ChunkReader): void {
  let client = inside.parser;
  const toClient = (frames: Uint8Array) => {
    client.parse(frames);
  };
  const diverted = {
    state: BETWEEN_FRAMES,
    parse: (chunk: Uint8Array) => {
      if (client.state === BETWEEN_FRAMES) reader.read(chunk, toClient);
      else client.parse(chunk);
    },
  };
  Object.defineProperty(inside, 'parser', {
    get: () => diverted,
    set: (fresh: ClientParser) => {
      client = fresh;
      reader.reset();
    },
  });
}

const NO_HEADERS = new Uint8Array(0);

/**
 * The header block of a message that came through the client, as it came. The client offers only its parsed form, and
 * its parser throws on what a producer may write; a client of another version is asked for that form all the same.
 */
export function rawHeaders(message: Msg): Uint8Array {
  const { _msg: line, _rdata: bytes } = message as Partial<Pick<MsgImpl, '_msg' | '_rdata'>>;
  if (typeof line?.hdr === 'number' && bytes instanceof Uint8Array)
    return line.hdr > 0 ? bytes.subarray(0, line.hdr) : NO_HEADERS;
  return (message.headers as MsgHdrsImpl | undefined)?.encode() ?? NO_HEADERS;
}
