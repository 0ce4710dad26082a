import { describe, expect, test } from '@jest/globals';
import { headersOf, type Delivery, type ScannedMessage } from '@streamjob/nats';
import { buildDeadLetter } from '../delivery/dead-letters.ts';
import { InHand } from '../delivery/in-hand.ts';
import type { Header } from '../pipeline/index.ts';
import { originalHeaders, parseDeadLetter } from './letter.ts';

const ORIGIN = {
  namespace: 'ns',
  job: 'job',
  uid: 'uid',
  revision: 'r',
  streamCreated: '2026-11-23T00:00:00Z',
  sinks: new Set(['sink']),
  identify: () => 'identity',
};

/** As the worker writes it and a scan gives it back. */
function written(headers: readonly Header[], at = 'late', byReference = false): ScannedMessage {
  const delivery = {
    subject: 'src.a',
    payload: Buffer.from('payload'),
    headers: { entries: headers },
    stream: 'SRC',
    sequence: 7,
    timestamp: '1763867960000000000',
    deliveries: 2,
  } as unknown as Delivery;
  const failure = { at, reason: 'ExpressionFailed', error: 'no such field' } as const;
  const target = { stream: 'DL', subjectPrefix: 'dead.letters', maxPayload: 100_000, byReference };
  const publication = buildDeadLetter(new InHand(delivery, 0), failure, ORIGIN, target);
  return {
    subject: publication.subject,
    sequence: 3,
    timestampNs: 5n,
    headers: headersOf(publication.headers ?? []),
    payload: publication.payload,
    payloadBytes: publication.payload.length,
  };
}

test('what a worker writes is read back', () => {
  const message = written([]);
  expect(parseDeadLetter(message, 'dead.letters')).toEqual({
    id: message.subject.split('.').at(-1),
    sequence: 3,
    timestampNs: 5n,
    namespace: 'ns',
    job: 'job',
    jobUid: 'uid',
    revision: 'r',
    step: 'late',
    reason: 'ExpressionFailed',
    error: 'no such field',
    source: {
      stream: 'SRC',
      subject: 'src.a',
      sequence: 7,
      timestamp: '1763867960000000000',
      created: '2026-11-23T00:00:00Z',
    },
    deliveries: 2,
    payloadBytes: 7,
    payloadOmitted: false,
    headersOmitted: false,
  });
  expect(parseDeadLetter(written([], 'sink'), 'dead.letters')?.sink).toBe('sink');
  const referring = parseDeadLetter(written([['a', 'b']], 'late', true), 'dead.letters');
  expect([referring?.payloadOmitted, referring?.headersOmitted]).toEqual([true, true]);
});

test('the message’s headers come back as they were: repeated, empty, in their order, and whatever is in them', () => {
  const headers: Header[] = [
    ['tenant', 'one'],
    ['Tenant', 'two'],
    ['tenant', 'three'],
    ['empty', ''],
    ['two lines', 'a\nb'],
    ['nul', 'a\0b'],
    ['Streamjobs-Original-x', 'mine'],
    ['Streamjobs-Encoded-Original', 'bm90IEpTT04='],
    ['Nats-Msg-Id', 'producer'],
    ['naïve', 'é'],
  ];
  expect(originalHeaders(written(headers).headers)).toEqual(headers);
});

describe('what is no dead letter of ours is not taken for one', () => {
  const cases: Record<string, (message: ScannedMessage) => ScannedMessage> = {
    'another subject': (message) => ({ ...message, subject: 'dead.letters.ns.job' }),
    'no headers': (message) => ({ ...message, headers: headersOf([]) }),
    'a sequence that is no number': (message) => without(message, 'Streamjobs-Source-Sequence', '-1'),
    'a time that is no number': (message) => without(message, 'Streamjobs-Source-Timestamp', '1e9'),
  };
  test.each(Object.entries(cases))('%s', (_name, change) => {
    expect(parseDeadLetter(change(written([])), 'dead.letters')).toBeUndefined();
  });
});

test('an encoded header that is none is left out', () => {
  const entries = ['!', 'W10=', 'WzEsMl0=', 'bnVsbA=='].map((value): Header => ['Streamjobs-Encoded-Original', value]);
  expect(originalHeaders(headersOf(entries))).toEqual([]);
});

function without(message: ScannedMessage, name: string, value: string): ScannedMessage {
  const entries = message.headers.entries.map((header): Header => (header[0] === name ? [name, value] : header));
  return { ...message, headers: headersOf(entries) };
}
