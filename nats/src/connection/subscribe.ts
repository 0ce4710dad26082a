import { type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';

/**
 * Subscribes with a callback. The library stops reading the connection, in silence, when one throws: here that becomes
 * an uncaught exception, so that a fault ends the process instead of leaving it deaf. `onRefused` is called when the
 * server doesn't permit the subscription, which is then gone.
 */
export function subscribe(
  nc: NatsConnection,
  subject: string,
  onMessage: (message: Msg) => void,
  onRefused: () => void,
): Subscription {
  return nc.subscribe(subject, {
    callback: (error, message) => {
      try {
        if (error === null) onMessage(message);
        else onRefused();
      } catch (fault) {
        setImmediate(() => {
          throw fault;
        });
      }
    },
  });
}
