import { type ResolvedHttpSink } from '@streamjob/crds';
import { describe, expect, test } from '@jest/globals';
import { compiled, executeNow, pipelineOf, type Job } from './testing/compiled-pipeline.ts';
import { sourceMessage } from './testing/source-message.ts';
import { type Emission, type Header } from './types.ts';

type Kind = NonNullable<NonNullable<Job['sinks']>[number]['kind']>;

const http = (change: Partial<ResolvedHttpSink> = {}): Kind => ({
  http: {
    url: 'https://a.example/o/${event.id}?k=${event.k}',
    method: 'POST',
    headers: { 'X-Id': '${event.id}' },
    timeoutMs: 1_000,
    concurrency: 1,
    idempotencyHeader: 'Idempotency-Key',
    ...change,
  },
});
const kv = (operation: 'Put' | 'Delete' = 'Put'): Kind => ({
  kv: { bucket: 'b', key: 'devices.${event.id}', operation },
});

const EVENT = '{"id":"a.b/c","k":"x y"}';

function emission(kind: Kind, payload = EVENT, headers: readonly Header[] = [], job: Partial<Job> = {}): Emission {
  const pipeline = pipelineOf({ ...job, sinks: [{ name: 'out', kind }] });
  const [outcome] = executeNow(pipeline, [sourceMessage(payload, { headers })]);
  const [first] = outcome?.kind === 'emit' ? outcome.emissions : [];
  if (first === undefined) throw new Error(JSON.stringify(outcome));
  return first;
}

const SOURCE_HEADERS: readonly Header[] = [
  ['Authorization', 'secret'],
  ['traceparent', '00-1-2-01'],
  ['kv-operation', 'DEL'],
];

describe('a KV sink', () => {
  test('publishes under the subject of its bucket', () => {
    const { subject, payload, headers, id } = emission(kv(), EVENT, SOURCE_HEADERS);
    expect(subject).toBe('$KV.b.devices.a=2Eb/c');
    expect(String(payload)).toBe(EVENT);
    expect(headers).toEqual([['Nats-Msg-Id', id], ...SOURCE_HEADERS.slice(0, 2)]);
  });

  test('deletes without the event', () => {
    const { payload, headers } = emission(kv('Delete'));
    expect(payload).toHaveLength(0);
    expect(headers[1]).toEqual(['KV-Operation', 'DEL']);
  });
});

describe('an HTTP sink', () => {
  test('fills in its url and headers, and takes nothing but the trace out of the message’s', () => {
    const { subject, payload, headers, id } = emission(http(), EVENT, SOURCE_HEADERS);
    expect(subject).toBe('https://a.example/o/a.b%2Fc?k=x%20y');
    expect(String(payload)).toBe(EVENT);
    expect(headers).toEqual([
      ['Idempotency-Key', id],
      ['Content-Type', 'application/json'],
      ['traceparent', '00-1-2-01'],
      ['X-Id', 'a.b/c'],
    ]);
  });

  test('with batches has no trace', () => {
    const batch = { maxMessages: 2, maxBytes: 100, maxWaitMs: 1, format: 'JsonLines' as const };
    const { headers } = emission(http({ url: 'https://a.example', headers: {}, batch }), EVENT, SOURCE_HEADERS);
    expect(headers.slice(1)).toEqual([['Content-Type', 'application/x-ndjson']]);
  });

  const plain = { url: 'https://a.example', headers: {} };
  test.each<[format: NonNullable<Job['format']>, steps: NonNullable<Job['steps']>, expected: string]>([
    ['Text', [], 'text/plain; charset=utf-8'],
    ['Bytes', [], 'application/octet-stream'],
    ['Text', [{ name: 'shape', map: { set: { line: 'event' }, remove: [] } }], 'application/json'],
  ])('of %s after %j has the content type %s', (format, steps, expected) => {
    expect(emission(http(plain), 'x', [], { format, steps }).headers[1]).toEqual(['Content-Type', expected]);
  });

  test('has the content type that the job says', () => {
    expect(emission(http({ ...plain, contentType: 'a/b' })).headers[1]).toEqual(['Content-Type', 'a/b']);
  });

  test('may carry more than a NATS server takes', () => {
    const pipeline = pipelineOf({ sinks: [{ name: 'a', kind: http(plain) }, { name: 'b' }] }, { maxPayloadBytes: 100 });
    const [outcome] = executeNow(pipeline, [sourceMessage(JSON.stringify('x'.repeat(200)))]);
    expect(outcome).toMatchObject({ emissions: [{ sink: 0 }], failures: [{ at: 'b', reason: 'TooLarge' }] });
  });

  test('with a bad url tells the place', () => {
    expect(compiled({ sinks: [{ name: 'a', kind: http({ url: 'https://${event.host}/' }) }] })).toMatchObject({
      ok: false,
      problems: [{ path: 'spec.sinks[0].http.url' }],
    });
  });
});
