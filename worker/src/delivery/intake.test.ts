import { describe, expect, test } from '@jest/globals';
import type { Delivery } from '@streamjob/nats';
import { InHand } from './in-hand.ts';
import { Intake } from './intake.ts';

const message = (deliveries: number, suspect = false, bytes = 10): InHand =>
  new InHand({ deliveries, payload: new Uint8Array(bytes) } as unknown as Delivery, 0, suspect);
const idle = { messages: 0, group: false };
const filled = (...messages: InHand[]): Intake => {
  const intake = new Intake();
  for (const one of messages) intake.add(one);
  return intake;
};

describe('what begins next', () => {
  test('is nothing when nothing came', () => {
    expect(filled().next(idle)).toBeUndefined();
  });

  test('is a batch of first deliveries, whatever is in flight', () => {
    expect(filled(message(1), message(1)).next({ messages: 9, group: false })).toMatchObject({ kind: 'batch' });
  });

  test('is 500 at most', () => {
    const intake = filled(...Array.from({ length: 700 }, () => message(1)));
    expect([500, 200]).toEqual([intake.next(idle)?.messages.length, intake.next(idle)?.messages.length]);
  });

  test('is 1 MiB or a little more', () => {
    const intake = filled(...Array.from({ length: 5 }, () => message(1, false, 400_000)));
    expect([3, 2]).toEqual([intake.next(idle)?.messages.length, intake.next(idle)?.messages.length]);
  });

  test('is a group of redelivered messages, once nothing else is in hand', () => {
    const intake = filled(message(1), message(2), message(2));
    expect(intake.next({ messages: 1, group: false })).toBeUndefined();
    expect(intake.next(idle)).toMatchObject({ kind: 'group', messages: { length: 2 } });
  });

  test('is nothing beside a group', () => {
    const intake = filled(message(1));
    expect(intake.next({ messages: 1, group: true })).toBeUndefined();
    expect(intake.next({ messages: 0, group: true })).toMatchObject({ kind: 'batch' });
  });

  test('is a suspect alone, even at its first delivery', () => {
    const intake = filled(message(2), message(1, true), message(1, true));
    expect(intake.next(idle)).toMatchObject({ kind: 'group', messages: [{ suspect: true }] });
  });

  test('passes over what was lost while it waited', () => {
    const lost = message(2);
    const intake = filled(lost, message(1));
    lost.gone = true;
    expect(intake.next(idle)).toMatchObject({ kind: 'batch' });
  });
});
