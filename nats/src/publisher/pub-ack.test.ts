import { expect, test } from '@jest/globals';
import { type Msg } from '@nats-io/transport-node';
import { parsePubAck } from './pub-ack.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (data: string, headers = ''): Msg =>
  ({ data: bytes(data), _msg: { hdr: headers.length }, _rdata: bytes(headers + data) }) as unknown as Msg;
const unknown = { kind: 'refused', code: 0, status: 0, text: 'what answered is not a stream' };

test.each([
  {
    what: 'stored',
    given: message('{"stream":"S","seq":7}'),
    answer: { kind: 'stored', stream: 'S', sequence: 7, duplicate: false },
  },
  {
    what: 'duplicate',
    given: message('{"stream":"S","domain":"d","seq":7,"duplicate":true}'),
    answer: { kind: 'stored', stream: 'S', sequence: 7, duplicate: true },
  },
  {
    what: 'full',
    given: message('{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"S"}'),
    answer: { kind: 'refused', code: 10077, status: 503, text: 'maximum messages exceeded' },
  },
  { what: 'an odd error', given: message('{"error":{}}'), answer: { kind: 'refused', code: 0, status: 0, text: '' } },
  { what: 'nobody', given: message('', 'NATS/1.0 503\r\n\r\n'), answer: { kind: 'no-responders' } },
  { what: 'silence', given: message(''), answer: unknown },
  { what: 'a plain responder', given: message('thanks'), answer: unknown },
  { what: 'JSON of something else', given: message('null'), answer: unknown },
  { what: 'half an answer', given: message('{"stream":"S"}'), answer: unknown },
])('$what', ({ given, answer }) => {
  expect(parsePubAck(given)).toEqual(answer);
});
