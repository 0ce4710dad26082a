import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery, Settlement } from '@streamjob/nats';
import { createCounts, type Counts } from '../health/counts.ts';
import { Hand } from './hand.ts';
import { begin, confirmOne, type InHand } from './in-hand.ts';
import { Settlements } from './settlements.ts';

let hand: Hand;
let counts: Counts;
let written: Settlement[][];
let connected: boolean;
let finished: InHand[];
let settlements: Settlements;

beforeEach(() => {
  [hand, counts, written, connected, finished] = [new Hand(), createCounts(), [], true, []];
  settlements = new Settlements({
    hand,
    counts,
    ackWaitMs: 1000,
    settle: (items) => {
      if (connected) written.push([...items]);
      return connected;
    },
    onFinished: (message) => finished.push(message),
  });
});

const delivery = (sequence: number, reply = `reply.${sequence}`): Delivery =>
  ({ sequence, reply, epoch: 1, deliveries: 1, payload: new Uint8Array(10) }) as unknown as Delivery;
const take = (sequence: number, nowMs = 0): InHand => hand.take(delivery(sequence), nowMs)!;
const ackAll = (...messages: InHand[]): void => {
  for (const message of messages) settlements.ack(begin(message, 0)!);
};

describe('acks', () => {
  test('of one turn are written together, and the messages are let go', () => {
    ackAll(take(1), take(2));
    settlements.flush(10);
    expect(written).toEqual([
      [
        { reply: 'reply.1', epoch: 1, as: 'ack' },
        { reply: 'reply.2', epoch: 1, as: 'ack' },
      ],
    ]);
    expect([hand.size, hand.bytes, finished.length, settlements.waiting]).toEqual([0, 0, 2, 0]);
  });

  test('wait for a connection, and are lost when the lease runs out before', () => {
    ackAll(take(1), take(2, 800));
    connected = false;
    settlements.flush(900);
    expect([settlements.waiting, hand.size]).toEqual([2, 2]);
    connected = true;
    settlements.flush(1100);
    expect(written).toEqual([[{ reply: 'reply.2', epoch: 1, as: 'ack' }]]);
    expect([counts.lostConfirmations, finished.length, hand.size]).toEqual([1, 1, 0]);
  });

  test('go to the latest delivery when the message came again while it was held', () => {
    const message = take(1);
    expect(hand.take(delivery(1, 'again'), 500)).toBeUndefined();
    ackAll(message);
    settlements.flush(1400);
    expect(written).toEqual([[{ reply: 'again', epoch: 1, as: 'ack' }]]);
  });

  test('are possible only after every result was confirmed', () => {
    const message = take(1);
    expect(begin(message, 2)).toBeUndefined();
    expect(confirmOne(message)).toBeUndefined();
    expect(confirmOne(message)).toBe(message);
  });

  test('are impossible once the message is gone', () => {
    const message = take(1);
    begin(message, 1);
    hand.release(message);
    expect(confirmOne(message)).toBeUndefined();
  });
});

test('messages are given back with a delay, or at once', () => {
  settlements.giveBack([take(1)], 5000);
  settlements.giveBack([take(2)]);
  expect(written).toEqual([
    [{ reply: 'reply.1', epoch: 1, as: 'nak', delayMs: 5000 }],
    [{ reply: 'reply.2', epoch: 1, as: 'nak' }],
  ]);
  expect(hand.size).toBe(0);
});

test('a lease is renewed only by what was written', () => {
  const message = take(1);
  connected = false;
  settlements.renew([message], 600);
  expect(message.leasedMs).toBe(0);
  connected = true;
  settlements.renew([message], 600);
  expect(message.leasedMs).toBe(600);
  expect(written).toEqual([[{ reply: 'reply.1', epoch: 1, as: 'working' }]]);
});
