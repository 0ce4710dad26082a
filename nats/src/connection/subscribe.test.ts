import { expect, jest, test } from '@jest/globals';
import { type Msg, type NatsConnection, type SubscriptionOptions } from '@nats-io/transport-node';
import { subscribe } from './subscribe.ts';

test('a fault in a callback does not reach the library, and is not lost', () => {
  const later = jest.spyOn(globalThis, 'setImmediate').mockImplementation(() => ({}) as NodeJS.Immediate);
  let callback: SubscriptionOptions['callback'];
  const nc = { subscribe: (_: string, options: SubscriptionOptions) => (callback = options.callback) };
  subscribe(
    nc as unknown as NatsConnection,
    'a',
    () => {
      throw new Error('fault');
    },
    () => undefined,
  );
  expect(() => callback?.(null, {} as Msg)).not.toThrow();
  expect(later.mock.calls[0]?.[0]).toThrow('fault');
  later.mockRestore();
});
