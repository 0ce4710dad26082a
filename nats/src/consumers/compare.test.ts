import { describe, expect, test } from '@jest/globals';
import { compareConsumers, mergeConsumers } from './compare.ts';
import { type ConsumerConfig } from './config.ts';
import { toWire, type WireConsumerConfig } from './wire.ts';

const wish: ConsumerConfig = {
  name: 'c',
  subjects: ['a.>'],
  startFrom: { policy: 'All' },
  ackWaitMs: 30_000,
  maxAckPending: 1000,
  metadata: { 'streamjobs.dev/name': 'j' },
};
/** As a server writes it back. */
const stored = (config: ConsumerConfig = wish, extra: WireConsumerConfig = {}): WireConsumerConfig => ({
  ...toWire(config),
  num_replicas: 0,
  ...extra,
  metadata: { ...config.metadata, '_nats.ver': '2.15.2', ...(extra.metadata ?? {}) },
});
const time = (text: string): ConsumerConfig => ({ ...wish, startFrom: { policy: 'Time', time: text } });

describe('compareConsumers', () => {
  test.each<{ what: string; desired?: ConsumerConfig; actual: WireConsumerConfig; differs: string[] }>([
    { what: 'what the server wrote back', actual: stored(), differs: [] },
    {
      what: 'one filter in either field',
      actual: stored(wish, { filter_subject: '', filter_subjects: ['a.>'] }),
      differs: [],
    },
    {
      what: 'filters in another order',
      desired: { ...wish, subjects: ['b', 'a'] },
      actual: stored({ ...wish, subjects: ['a', 'b'] }),
      differs: [],
    },
    {
      what: 'the whole stream, said in two ways',
      desired: { ...wish, subjects: [] },
      actual: stored({ ...wish, subjects: ['>'] }),
      differs: [],
    },
    { what: 'metadata of others', actual: stored(wish, { metadata: { other: 'x' } }), differs: [] },
    { what: 'a larger max_waiting', actual: stored(wish, { max_waiting: 512 }), differs: [] },
    { what: 'another filter', actual: stored({ ...wish, subjects: ['b.>'] }), differs: ['subjects'] },
    { what: 'a filter that was dropped', actual: stored({ ...wish, subjects: [] }), differs: ['subjects'] },
    { what: 'another ack wait', actual: stored({ ...wish, ackWaitMs: 1000 }), differs: ['ackWait'] },
    { what: 'another max ack pending', actual: stored({ ...wish, maxAckPending: 1 }), differs: ['maxAckPending'] },
    { what: 'a limit of deliveries', actual: stored(wish, { max_deliver: 5 }), differs: ['maxDeliver'] },
    { what: 'an end by inactivity', actual: stored(wish, { inactive_threshold: 1e9 }), differs: ['inactiveThreshold'] },
    { what: 'headers only', actual: stored(wish, { headers_only: true }), differs: ['headersOnly'] },
    { what: 'a backoff', actual: stored(wish, { backoff: [1e9] }), differs: ['backoff'] },
    { what: 'metadata that was dropped', actual: { ...stored(), metadata: {} }, differs: ['metadata'] },
    { what: 'a new description', desired: { ...wish, description: 'd' }, actual: stored(), differs: ['description'] },
    { what: 'another start', actual: stored({ ...wish, startFrom: { policy: 'New' } }), differs: ['startFrom!'] },
    {
      what: 'another sequence',
      desired: { ...wish, startFrom: { policy: 'Sequence', sequence: 5 } },
      actual: stored({ ...wish, startFrom: { policy: 'Sequence', sequence: 6 } }),
      differs: ['startFrom!'],
    },
    {
      what: 'the same instant',
      desired: time('2026-01-01T01:00:00+01:00'),
      actual: stored(time('2026-01-01T00:00:00Z')),
      differs: [],
    },
    {
      what: 'another instant',
      desired: time('2026-01-01T00:00:00.000000001Z'),
      actual: stored(time('2026-01-01T00:00:00Z')),
      differs: ['startFrom!'],
    },
    { what: 'acks of all', actual: stored(wish, { ack_policy: 'all' }), differs: ['ackPolicy!'] },
    { what: 'the original pace', actual: stored(wish, { replay_policy: 'original' }), differs: ['replayPolicy!'] },
    { what: 'a push consumer', actual: stored(wish, { deliver_subject: 'x' }), differs: ['deliverSubject!'] },
    {
      what: 'several at once',
      actual: stored({ ...wish, ackWaitMs: 1, subjects: [] }, { ack_policy: 'none' }),
      differs: ['ackPolicy!', 'subjects', 'ackWait'],
    },
  ])('$what', ({ desired = wish, actual, differs }) => {
    const found = compareConsumers(toWire(desired), actual);
    expect(found.map(({ field, canChange }) => (canChange ? field : `${field}!`))).toEqual(differs);
  });
});

describe('mergeConsumers', () => {
  test('changes our fields, keeps those of others and leaves the server’s metadata to it', () => {
    const actual = stored(wish, {
      num_replicas: 3,
      max_waiting: 512,
      backoff: [1],
      filter_subject: 'old',
      metadata: { other: 'x' },
    });
    const merged = mergeConsumers(toWire({ ...wish, subjects: ['b', 'c'] }), actual);
    expect(merged).toMatchObject({
      num_replicas: 3,
      max_waiting: 512,
      filter_subjects: ['b', 'c'],
      headers_only: false,
    });
    expect(merged.metadata).toEqual({ other: 'x', 'streamjobs.dev/name': 'j' });
    expect(merged).not.toHaveProperty('filter_subject');
    expect(merged).not.toHaveProperty('backoff');
  });

  test('nothing differs after it', () => {
    const actual = stored(
      { ...wish, ackWaitMs: 1, subjects: [] },
      { headers_only: true, inactive_threshold: 5, max_deliver: 2 },
    );
    expect(compareConsumers(toWire(wish), mergeConsumers(toWire(wish), actual))).toEqual([]);
  });
});
