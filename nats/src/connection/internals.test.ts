import { describe, expect, test } from '@jest/globals';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { findInternals, rawHeaders } from './internals.ts';

const parser = () => ({
  state: 0,
  parsed: [] as string[],
  parse(bytes: Uint8Array) {
    this.parsed.push(String(bytes));
  },
});

/** What the pinned client has inside, as far as we use it. */
function inside(change: object = {}) {
  return {
    connected: true,
    transport: { version: '3.4.0', socket: { writableLength: 5 } },
    outbound: { size: () => 2 },
    parser: parser(),
    sent: [] as Uint8Array[],
    sendCommand(bytes: Uint8Array) {
      this.sent.push(bytes);
    },
    flushPending() {
      return;
    },
    ...change,
  };
}
const find = (protocol: unknown) => findInternals({ protocol } as unknown as NatsConnection);

describe('findInternals', () => {
  test('knows the pinned client', () => {
    const protocol = inside();
    const internals = find(protocol);
    expect(internals?.pendingBytes).toBe(7);
    expect(internals?.link).toBe(protocol.transport);
    internals?.write(new Uint8Array(3));
    expect(protocol.sent).toHaveLength(1);
    protocol.connected = false;
    expect(internals?.link).toBeUndefined();
  });

  test.each([
    { what: 'nothing', protocol: undefined },
    { what: 'another version', protocol: inside({ transport: { version: '3.4.1', socket: { writableLength: 0 } } }) },
    { what: 'another transport', protocol: inside({ transport: { version: '3.4.0' } }) },
    { what: 'no way to write', protocol: inside({ sendCommand: undefined }) },
    { what: 'no way to flush', protocol: inside({ flushPending: undefined }) },
    { what: 'another parser', protocol: inside({ parser: { parse: () => undefined } }) },
    { what: 'another buffer', protocol: inside({ outbound: { length: 1 } }) },
    { what: 'another flag', protocol: inside({ connected: undefined }) },
  ])('does without when it finds $what', ({ protocol }) => {
    expect(find(protocol)).toBeUndefined();
  });

  test('diverts what comes, to the parser of each connection, and not in the middle of a frame', () => {
    const protocol = inside();
    const read: string[] = [];
    let resets = 0;
    find(protocol)?.divert({
      read: (chunk, toClient) => {
        read.push(String(chunk));
        toClient(chunk.subarray(1));
      },
      reset: () => (resets += 1),
    });
    const [first, second] = [protocol.parser, parser()];
    protocol.parser.parse(new Uint8Array([1, 2]));
    protocol.parser = second;
    protocol.parser.parse(new Uint8Array([3, 4]));
    second.state = 14;
    protocol.parser.parse(new Uint8Array([5, 6]));
    expect(read).toEqual(['1,2', '3,4']);
    expect(second.parsed).toEqual(['4', '5,6']);
    expect([resets, first === second]).toEqual([1, false]);
  });
});

describe('rawHeaders', () => {
  const parsed = headers();
  parsed.append('A', 'ü');
  const block = 'NATS/1.0\r\nA: ü\r\n\r\n';
  const bytes = Buffer.from(`${block}payload`);
  test.each([
    { what: 'the block as it came', message: { _msg: { hdr: Buffer.byteLength(block) }, _rdata: bytes }, given: block },
    { what: 'none', message: { _msg: { hdr: -1 }, _rdata: bytes }, given: '' },
    { what: 'what another client parsed', message: { headers: parsed }, given: block },
    { what: 'none of another client', message: {}, given: '' },
  ])('gives $what', ({ message, given }) => {
    expect(Buffer.from(rawHeaders(message as unknown as Msg)).toString()).toBe(given);
  });
});
