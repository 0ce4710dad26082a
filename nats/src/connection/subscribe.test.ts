import { expect, jest, test } from '@jest/globals';
import { type Msg, type NatsConnection, type SubscriptionOptions } from '@nats-io/transport-node';
import { createSubscriber } from './subscribe.ts';

test('a fault in a callback does not reach the library, and is not lost', () => {
  const later = jest.spyOn(globalThis, 'setImmediate').mockImplementation(() => ({}) as NodeJS.Immediate);
  let callback: SubscriptionOptions['callback'];
  const nc = {
    subscribe: (_: string, options: SubscriptionOptions) => {
      callback = options.callback;
      return { getID: () => 1, closed: new Promise(() => undefined) };
    },
  };
  const subscribe = createSubscriber(nc as unknown as NatsConnection, undefined, () => undefined);
  subscribe(
    'a',
    () => {
      throw new Error('fault');
    },
    () => undefined,
  );
  const message = { subject: 'a', data: new Uint8Array(0), _msg: { hdr: -1 } } as unknown as Msg;
  expect(() => callback?.(null, message)).not.toThrow();
  expect(later.mock.calls[0]?.[0]).toThrow('fault');
  later.mockRestore();
});
