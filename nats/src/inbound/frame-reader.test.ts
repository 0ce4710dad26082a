import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Frame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';

type Message = { sid: number; subject: string; reply: string; headers: string; payload: string };

const OURS = 7;
const seen = ({ subject, reply, headers, payload }: Frame) => ({
  subject,
  reply,
  headers: Buffer.from(headers).toString(),
  payload: Buffer.from(payload).toString(),
});

function frameText({ sid, subject, reply, headers, payload }: Message): string {
  const [headerBytes, bytes] = [Buffer.byteLength(headers), Buffer.byteLength(headers + payload)];
  const place = reply === '' ? `${subject} ${sid}` : `${subject} ${sid} ${reply}`;
  const line = headers === '' ? `MSG ${place} ${bytes}` : `HMSG ${place} ${headerBytes} ${bytes}`;
  return `${line}\r\n${headers}${payload}\r\n`;
}

function fixture() {
  const frames: ReturnType<typeof seen>[] = [];
  const chunks: string[] = [];
  const reader = new FrameReader(
    (sid) => (sid === OURS ? (frame) => void frames.push(seen(frame)) : undefined),
    () => undefined,
  );
  const read = (...given: Uint8Array[]) => {
    for (const chunk of given) reader.read(chunk, (bytes) => void chunks.push(Buffer.from(bytes).toString()));
  };
  return { reader, read, frames, chunks };
}

/** The bytes cut into pieces of these sizes, over and over. */
function cut(text: string, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    pieces.push(Uint8Array.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return pieces;
}

const token = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '.', 'ü', '✓'), minLength: 1, maxLength: 30 });
const message: fc.Arbitrary<Message> = fc.record({
  sid: fc.constantFrom(OURS, OURS, OURS, 8),
  subject: token,
  reply: fc.oneof(fc.constant(''), token),
  headers: fc.constantFrom('', 'NATS/1.0\r\n\r\n', 'NATS/1.0\r\nA: ü\r\n\r\n', 'NATS/1.0 408 Request Timeout\r\n\r\n'),
  payload: fc.oneof(
    fc.constant(''),
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.constant('MSG a 7 1\r\nx\r\n'.repeat(20)),
  ),
});
const other = fc.constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'no'\r\n", 'INFO {"a":"b c"}\r\n');

describe('FrameReader', () => {
  test('finds what is ours and passes on the rest, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(message, other), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        (parts, sizes) => {
          const { read, frames, chunks } = fixture();
          read(...cut(parts.map((part) => (typeof part === 'string' ? part : frameText(part))).join(''), sizes));
          const messages = parts.filter((part) => typeof part !== 'string');
          const wellFormed = (text: string) => Buffer.from(text).toString();
          expect(frames).toEqual(
            messages
              .filter(({ sid }) => sid === OURS)
              .map(({ sid: _, ...rest }) => ({ ...rest, payload: wellFormed(rest.payload) })),
          );
          const foreign = parts.filter((part) => typeof part === 'string' || part.sid !== OURS);
          expect(chunks).toEqual(
            foreign.map((part) => (typeof part === 'string' ? part : wellFormed(frameText(part)))),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('puts a large message together again', () => {
    const { read, frames } = fixture();
    const large = { sid: OURS, subject: 'a', reply: 'b', headers: '', payload: 'x'.repeat(1_000_000) };
    const { sid: _, ...expected } = large;
    read(...cut(frameText(large) + frameText(large), [65_536]));
    expect(frames).toEqual([expected, expected]);
  });

  test.each([
    'MSG\r\n',
    'MSG a 7\r\n',
    'MSG a x 1\r\nx\r\n',
    'MSG a 7 1x\r\nx\r\n',
    'HMSG a 7 9 3\r\nxxx\r\n',
    'MSG a 7 b c d e 1\r\n',
    'HMSG a 7 1\r\n',
  ])('leaves %j to the client', (odd) => {
    const { read, frames, chunks } = fixture();
    read(Buffer.from(`PING\r\n${odd}PING\r\n`));
    expect(frames).toEqual([]);
    expect(chunks).toEqual(['PING\r\n', `${odd}PING\r\n`]);
  });

  test('forgets half a message when the connection is made anew', () => {
    const { reader, read, frames, chunks } = fixture();
    read(Buffer.from('MSG a 7 5\r\nab'));
    reader.reset();
    read(Buffer.from('INFO {}\r\nMSG a 7 1\r\nx\r\n'));
    expect(chunks).toEqual(['INFO {}\r\n']);
    expect(frames).toEqual([{ subject: 'a', reply: '', headers: '', payload: 'x' }]);
  });
});
