import { expect, test } from '@jest/globals';
import { frameOfParts } from '../inbound/client-message.ts';
import { PubAckReader } from './pub-ack.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const frame = (payload: string, headers = '') =>
  frameOfParts({ subject: 'inbox', headers: bytes(headers), payload: bytes(payload) });
const unknown = { kind: 'refused', code: 0, status: 0, text: 'what answered is not a stream' };
const stored = { kind: 'stored', stream: 'S', sequence: 7, duplicate: false };

const cases = [
  { what: 'stored', payload: '{"stream":"S","seq":7}', answer: stored },
  { what: 'as servers write it', payload: '{"stream":"S", "seq":7}', answer: stored },
  { what: 'in a domain', payload: '{"stream":"S", "domain":"hub", "seq":7}', answer: stored },
  { what: 'another order', payload: '{"seq":7,"stream":"S"}', answer: stored },
  { what: 'a name to escape', payload: '{"stream":"a\\"b","seq":7}', answer: { ...stored, stream: 'a"b' } },
  { what: 'duplicate', payload: '{"stream":"S","seq":7,"duplicate": true}', answer: { ...stored, duplicate: true } },
  {
    what: 'another number at the end',
    payload: '{"stream":"S","seq":7,"val":"1","batch_seq":9}',
    answer: stored,
  },
  {
    what: 'full',
    payload: '{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"S"}',
    answer: { kind: 'refused', code: 10077, status: 503, text: 'maximum messages exceeded' },
  },
  {
    what: 'an error that ends like an answer',
    payload: '{"error":{"code":400,"err_code":1,"description":"x"},"stream":"S","seq":0}',
    answer: { kind: 'refused', code: 1, status: 400, text: 'x' },
  },
  {
    what: 'an odd error',
    payload: '{"error":{}}',
    answer: { kind: 'refused', code: 0, status: 0, text: '' },
  },
  { what: 'nobody', payload: '', headers: 'NATS/1.0 503\r\n\r\n', answer: { kind: 'no-responders' } },
  { what: 'silence', payload: '', answer: unknown },
  { what: 'a plain responder', payload: 'thanks', answer: unknown },
  { what: 'JSON of something else', payload: 'null', answer: unknown },
  { what: 'half an answer', payload: '{"stream":"S"}', answer: unknown },
  { what: 'a number that is none', payload: '{"stream":"S", "seq":7x}', answer: unknown },
  { what: 'no number', payload: '{"stream":"S", "seq":}', answer: unknown },
  { what: 'cut off', payload: '{"stream":"S", "seq":7', answer: unknown },
];

test.each(cases)('$what', ({ payload, headers, answer }) => {
  expect(new PubAckReader().read(frame(payload, headers))).toEqual(answer);
});

test('reads each the same after any other', () => {
  for (const before of cases) {
    for (const { payload, headers, answer } of cases) {
      const reader = new PubAckReader();
      reader.read(frame(before.payload, before.headers));
      expect(reader.read(frame(payload, headers))).toEqual(answer);
    }
  }
});

test('reads thousands that differ in their number alone', () => {
  const reader = new PubAckReader();
  for (const sequence of [9, 10, 11, 99_999, 100_000, 999_999_999_999_999, Number.MAX_SAFE_INTEGER])
    expect(reader.read(frame(`{"stream":"S", "seq":${sequence}}`))).toEqual({ ...stored, sequence });
});
