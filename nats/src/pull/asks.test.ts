import { describe, expect, test } from '@jest/globals';
import { Asks } from './asks.ts';

describe('Asks', () => {
  test('puts together what waits until a slot is free', () => {
    const asks = new Asks(1);
    asks.want(10, 100);
    const first = asks.open(0);
    expect(first?.ask).toMatchObject({ messages: 10, maxBytes: 100 });
    asks.want(3, 30);
    asks.want(4, 40);
    expect(asks.open(0)).toBeUndefined();
    expect(asks.messages).toBe(17);
    for (let count = 1; count <= 10; count += 1) expect(asks.delivered(0, 1)).toBe(count === 10);
    expect(asks.open(2)?.ask).toMatchObject({ messages: 7, maxBytes: 70 });
    expect(asks.messages).toBe(7);
  });

  test('counts a late message of an ended ask for nothing', () => {
    const asks = new Asks(2);
    expect(asks.delivered(0, 0)).toBe(false);
    expect(asks.messages).toBe(0);
  });

  test('ends an ask once, with what is left of it', () => {
    const asks = new Asks(2);
    asks.want(5, 50);
    const { slot, ask } = asks.open(0)!;
    asks.delivered(slot, 1);
    expect(asks.end(slot, ask.id + 1)).toBeUndefined();
    expect(asks.end(slot, ask.id)).toMatchObject({ messages: 5, delivered: 1 });
    expect(asks.end(slot, ask.id)).toBeUndefined();
    expect(asks.messages).toBe(0);
  });

  test('ends those that nothing came for', () => {
    const asks = new Asks(3);
    asks.want(1, 1);
    asks.open(0);
    asks.want(2, 2);
    const alive = asks.open(0)!;
    asks.want(4, 4);
    asks.open(90);
    asks.seen(alive.slot, alive.ask.id, 60);
    expect(asks.endSilent(50)).toBe(1);
    expect(asks.endSilent(50)).toBe(0);
    expect(asks.messages).toBe(6);
  });

  test('keeps what waits here when the connection takes the rest', () => {
    const asks = new Asks(1);
    asks.want(5, 50);
    asks.open(0);
    asks.want(2, 20);
    expect(asks.endAll()).toBe(5);
    expect(asks.messages).toBe(2);
    asks.forgetWaiting();
    expect(asks.messages).toBe(0);
  });

  test('asks for one message without a limit, but never for two', () => {
    const asks = new Asks(2);
    expect(asks.openForOne(0, 0)).toMatchObject({ messages: 1, maxBytes: undefined });
    expect(asks.openForOne(1, 0)).toBeUndefined();
    asks.delivered(0, 1);
    expect(asks.openForOne(1, 0)).toBeDefined();
  });
});
