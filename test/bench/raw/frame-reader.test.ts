import { describe, expect, test } from '@jest/globals';
import { FrameReader, type Frame } from './frame-reader.ts';

const WIRE = [
  'INFO {"server_id":"a b"}\r\n',
  'PING\r\n',
  'MSG in.a 1 $JS.ACK.IN.c.1.7.7.0.0 5\r\nhe\r\no\r\n',
  'MSG out.1 2 0\r\n\r\n',
  'HMSG in.b 1 reply 12 14\r\nNATS/1.0\r\n\r\nhi\r\n',
  'HMSG in.c 12 28 28\r\nNATS/1.0 408 Timeout now\r\n\r\n\r\n',
  'PONG\r\n',
  "-ERR 'no'\r\n",
].join('');

function read(chunks: readonly string[]): string[] {
  const seen: string[] = [];
  const text = ({ buffer }: Frame, start: number, end: number): string => buffer.toString('latin1', start, end);
  const reader = new FrameReader({
    onFrame: (frame) => {
      const subject = text(frame, frame.subjectStart, frame.subjectEnd);
      const reply = text(frame, frame.replyStart, frame.replyEnd);
      const headers = text(frame, frame.headerStart, frame.payloadStart);
      seen.push([subject, frame.sid, reply, headers, text(frame, frame.payloadStart, frame.end)].join('|'));
    },
    onPing: () => seen.push('ping'),
    onPong: () => seen.push('pong'),
    onError: (error) => seen.push(error),
  });
  for (const chunk of chunks) reader.feed(Buffer.from(chunk));
  return seen;
}

const EXPECTED = [
  'ping',
  'in.a|1|$JS.ACK.IN.c.1.7.7.0.0||he\r\no',
  'out.1|2|||',
  'in.b|1|reply|NATS/1.0\r\n\r\n|hi',
  'in.c|12||NATS/1.0 408 Timeout now\r\n\r\n|',
  'pong',
  "-ERR 'no'",
];

describe('what a server sends', () => {
  test('in one piece', () => {
    expect(read([WIRE])).toEqual(EXPECTED);
  });

  test('byte by byte', () => {
    expect(read(Array.from(WIRE))).toEqual(EXPECTED);
  });

  test('broken at any place', () => {
    for (let at = 0; at <= WIRE.length; at += 1) expect(read([WIRE.slice(0, at), WIRE.slice(at)])).toEqual(EXPECTED);
  });
});
