import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '@streamjob/nats';
import type { Header } from '../pipeline/index.ts';
import { buildDeadLetter } from './dead-letters.ts';
import { InHand } from './in-hand.ts';
import type { DeadLetterFailure } from './parcel.ts';

const origin = {
  namespace: 'ns',
  job: 'job',
  uid: 'u',
  revision: 'r',
  streamCreated: 'then',
  sinks: new Set(['sink']),
  identify: () => 'identity',
};
const target = { stream: 'DL', subjectPrefix: 'deadletters', maxPayload: 100_000 };
const failure = { at: 'late', reason: 'ExpressionFailed', error: 'no such\nfield' } as const;

function message(payload: string, headers: readonly Header[] = []): InHand {
  const delivery = {
    subject: 'src.a',
    payload: Buffer.from(payload),
    headers: { entries: headers },
    stream: 'SRC',
    sequence: 7,
    timestamp: '123',
    deliveries: 2,
  };
  return new InHand(delivery as unknown as Delivery, 0);
}

const build = (
  source: InHand,
  change: Partial<typeof target> & { byReference?: boolean } = {},
): { subject: string; payload: string; headers: Map<string, string> } => {
  const { subject, payload, headers } = buildDeadLetter(source, failure, origin, { ...target, ...change });
  return { subject, payload: Buffer.from(payload).toString(), headers: new Map(headers) };
};

describe('a dead letter', () => {
  test('keeps the payload, says why, and is stored once', () => {
    const { subject, payload, headers } = build(message('payload'));
    expect(payload).toBe('payload');
    expect(subject).toBe(`deadletters.ns.job.late.${headers.get('Nats-Msg-Id')}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'Nats-Expected-Last-Subject-Sequence': '0',
      'Nats-Expected-Stream': 'DL',
      'Streamjobs-Reason': 'ExpressionFailed',
      'Streamjobs-Step': 'late',
      'Streamjobs-Error': 'no such field',
      'Streamjobs-Job': 'ns/job',
      'Streamjobs-Source-Stream': 'SRC',
      'Streamjobs-Source-Sequence': '7',
      'Streamjobs-Source-Timestamp': '123',
      'Streamjobs-Deliveries': '2',
      'Streamjobs-Payload': 'Value',
    });
  });

  test('names the sink when one failed, and the creation of the source stream', () => {
    const sinkOf = (change: Partial<DeadLetterFailure>): string | undefined =>
      new Map(buildDeadLetter(message('a'), { ...failure, ...change }, origin, target).headers).get('Streamjobs-Sink');
    expect(sinkOf({ at: 'sink' })).toBe('sink');
    expect(sinkOf({ at: 'late' })).toBeUndefined();
    expect(sinkOf({ at: 'sink', reason: 'CrashedWorker' })).toBeUndefined();
    expect(build(message('a')).headers.get('Streamjobs-Source-Created')).toBe('then');
  });

  test('has the same id whenever it is built, and another for another failure', () => {
    const [one, same] = [build(message('a')), build(message('a'))];
    const { subject } = buildDeadLetter(message('a'), { ...failure, at: 'sink' }, origin, target);
    expect(one.subject).toBe(same.subject);
    expect(one.subject.split('.').at(-1)).not.toBe(subject.split('.').at(-1));
  });

  test('carries the message’s headers under a prefix, so that none has a meaning to the server', () => {
    const source = message('a', [
      ['Nats-Expected-Stream', 'OTHER'],
      ['tenant', 'x'],
      ['tenant', 'y'],
      ['two lines', 'x\ny'],
    ]);
    const { headers } = build(source);
    expect(headers.get('Streamjobs-Original-Nats-Expected-Stream')).toBe('OTHER');
    expect(headers.get('Streamjobs-Original-tenant')).toBe('y');
    const encoded = Buffer.from(headers.get('Streamjobs-Encoded-Original') ?? '', 'base64').toString();
    expect(JSON.parse(encoded)).toEqual(['two lines', 'x\ny']);
    expect(headers.get('Nats-Expected-Stream')).toBe('DL');
  });

  test('keeps the trace going', () => {
    expect(build(message('a', [['traceparent', '00-1-2-01']])).headers.get('traceparent')).toBe('00-1-2-01');
  });

  test.each([
    ['just fits', 96_000, 'Value'],
    ['is near what the server takes', 99_900, 'Reference'],
  ])('of a payload that %s goes by value or by reference', (_name, size, kind) => {
    const { headers, payload } = build(message('x'.repeat(size)));
    expect(headers.get('Streamjobs-Payload')).toBe(kind);
    expect(payload).toHaveLength(kind === 'Value' ? size : 0);
  });

  test('leaves out headers that are too large', () => {
    const { headers } = build(message('a', [['big', 'x'.repeat(40_000)]]));
    expect(headers.get('Streamjobs-Originals-Omitted')).toBe('true');
    expect(headers.has('Streamjobs-Original-big')).toBe(false);
    expect(headers.get('Streamjobs-Payload')).toBe('Value');
  });

  test('that a stream refused for its size goes by reference, without the message’s headers', () => {
    const { headers, payload } = build(message('a', [['h', 'v']]), { byReference: true });
    expect([payload, headers.get('Streamjobs-Payload'), headers.has('Streamjobs-Original-h')]).toEqual([
      '',
      'Reference',
      false,
    ]);
  });
});
