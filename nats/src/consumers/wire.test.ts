import { describe, expect, test } from '@jest/globals';
import { type StartFrom } from './config.ts';
import { infoOf, toWire } from './wire.ts';

const wish = { name: 'c', subjects: [], ackWaitMs: 1500, maxAckPending: 9, metadata: { k: 'v' } };

describe('toWire', () => {
  test.each<{ startFrom: StartFrom; wire: object }>([
    { startFrom: { policy: 'All' }, wire: { deliver_policy: 'all' } },
    { startFrom: { policy: 'New' }, wire: { deliver_policy: 'new' } },
    { startFrom: { policy: 'Last' }, wire: { deliver_policy: 'last' } },
    { startFrom: { policy: 'LastPerSubject' }, wire: { deliver_policy: 'last_per_subject', filter_subject: '>' } },
    {
      startFrom: { policy: 'Time', time: '2026-01-01T00:00:00Z' },
      wire: { deliver_policy: 'by_start_time', opt_start_time: '2026-01-01T00:00:00Z' },
    },
    { startFrom: { policy: 'Sequence', sequence: 7 }, wire: { deliver_policy: 'by_start_sequence', opt_start_seq: 7 } },
  ])('starts from $startFrom', ({ startFrom, wire }) => {
    expect(toWire({ ...wish, startFrom })).toMatchObject(wire);
    expect(infoOf({ config: toWire({ ...wish, startFrom }) }, 'S').config.startFrom).toEqual(startFrom);
  });

  test('fixes what a shared worker consumer needs', () => {
    expect(toWire({ ...wish, startFrom: { policy: 'All' } })).toMatchObject({
      durable_name: 'c',
      ack_policy: 'explicit',
      ack_wait: 1.5e9,
      max_deliver: -1,
      replay_policy: 'instant',
      max_ack_pending: 9,
      metadata: { k: 'v' },
    });
  });
});

test('infoOf reads what the server leaves out as nothing', () => {
  expect(infoOf({ config: {} }, 'S')).toMatchObject({
    stream: 'S',
    pending: 0,
    ackPending: 0,
    delivered: { stream: 0, consumer: 0 },
    config: { subjects: [], startFrom: { policy: 'Other' } },
  });
});
