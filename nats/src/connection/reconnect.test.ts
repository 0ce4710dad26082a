import { describe, expect, test } from '@jest/globals';
import { type Server } from '@nats-io/transport-node';
import { reconnectDelayMs, redial } from './reconnect.ts';

describe('reconnectDelayMs', () => {
  test.each([
    { attempt: 0, random: 0, ms: 0 },
    { attempt: 0, random: 0.5, ms: 100 },
    { attempt: 1, random: 0, ms: 200 },
    { attempt: 1, random: 1, ms: 400 },
    { attempt: 4, random: 0, ms: 1600 },
    { attempt: 5, random: 0, ms: 2500 },
    { attempt: 1000, random: 1, ms: 5000 },
  ])('attempt $attempt with $random waits $ms ms', ({ attempt, random, ms }) => {
    expect(reconnectDelayMs(attempt, random)).toBe(ms);
  });
});

describe('redial', () => {
  const server: Server = {
    hostname: 'a',
    port: 4222,
    listen: 'a:4222',
    src: 'a',
    tlsName: '',
    reconnects: 0,
    lastConnect: 0,
    gossiped: false,
    didConnect: false,
  };

  test('dials at once until the first connection, then with growing delays that begin anew after each', () => {
    const aimed: string[] = [];
    const { handler, settled } = redial(
      (each) => aimed.push(each.hostname),
      () => 1,
    );
    expect(handler([server], null)).toBe(server);
    settled();
    expect(handler([server], null)).toEqual({ server, delay: 200 });
    expect(handler([server], null)).toEqual({ server, delay: 400 });
    settled();
    expect(handler([server], null)).toEqual({ server, delay: 200 });
    expect(aimed).toHaveLength(4);
  });

  test('leaves an empty pool to the library', () => {
    expect(redial(() => undefined).handler([], null)).toBeNull();
  });
});
