import { describe, expect, test } from '@jest/globals';
import { headersOf } from '../messages/headers.ts';
import { changeOf, type BucketMessage } from './entry.ts';

const message = (...headers: (readonly [string, string])[]): BucketMessage => ({
  subject: '$KV.B.a.b',
  payload: Uint8Array.of(1),
  headers: headersOf(headers),
  sequence: 7,
  storedMs: 1_000,
});

const deleted = { kind: 'deleted', key: 'a.b' };
const entry = (livesMs?: number) => ({
  kind: 'entry',
  entry: {
    key: 'a.b',
    value: Uint8Array.of(1),
    revision: 7,
    storedMs: 1_000,
    ...(livesMs !== undefined && { livesMs }),
  },
});

describe('what a message of a bucket says', () => {
  test.each<[string, BucketMessage, number, object]>([
    ['a value', message(), 0, entry()],
    ['a value with headers of its own', message(['A', 'b']), 0, entry()],
    ['a deletion', message(['KV-Operation', 'DEL']), 0, deleted],
    ['a purge', message(['KV-Operation', 'PURGE']), 0, deleted],
    ['a value that was put', message(['KV-Operation', 'PUT']), 0, entry()],
    ['an expiry', message(['Nats-Marker-Reason', 'MaxAge']), 0, deleted],
    ['a bucket of values that expire', message(), 60_000, entry(60_000)],
    ['a value with a shorter life', message(['Nats-TTL', '5s']), 60_000, entry(5_000)],
    ['a value with a longer life than the bucket allows', message(['Nats-TTL', '1h30m']), 60_000, entry(60_000)],
    ['a life in seconds', message(['Nats-TTL', '90']), 0, entry(90_000)],
    ['a life in parts', message(['Nats-TTL', '1m1.5s500ms']), 0, entry(62_000)],
    ['a value that never expires', message(['Nats-TTL', 'never']), 0, entry()],
    ['a life that is none', message(['Nats-TTL', 'soon']), 0, entry()],
  ])('%s', (_name, given, maxAgeMs, expected) => {
    expect(changeOf(given, '$KV.B.', maxAgeMs)).toEqual(expected);
  });
});
