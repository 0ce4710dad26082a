import { type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { type OnFrame } from '../inbound/frame.ts';
import { FrameReader } from '../inbound/frame-reader.ts';
import { frameOf } from '../inbound/client-message.ts';
import { type Internals } from './internals.ts';

/** Subscribes with a callback; `onRefused` is called when the server doesn't permit it, and it is gone then. */
export type Subscribe = (subject: string, onFrame: OnFrame, onRefused: () => void) => Subscription;

/**
 * The client knows every subscription: it makes them anew on each connection and tells what the server refuses. Where
 * its inside is known, their messages go past it. `onBytes` is called when something came.
 */
export function createSubscriber(nc: NatsConnection, internals: Internals | undefined, onBytes: () => void): Subscribe {
  const past = new Map<number, OnFrame>();
  internals?.divert(new FrameReader((sid) => past.get(sid), onBytes));
  return (subject, onFrame, onRefused) => {
    const guardedFrame = guarded(onFrame);
    const guardedRefusal = guarded(onRefused);
    const subscription = nc.subscribe(subject, {
      callback: (error, message) => {
        onBytes();
        if (error === null) guardedFrame(frameOf(message));
        else guardedRefusal();
      },
    });
    const sid = subscription.getID();
    past.set(sid, (frame) => {
      if (!subscription.isClosed()) guardedFrame(frame);
    });
    void subscription.closed.then(() => past.delete(sid));
    return subscription;
  };
}

/**
 * The library stops reading the connection, in silence, when a callback throws: here that becomes an uncaught exception,
 * so that a fault ends the process instead of leaving it deaf.
 */
function guarded<A extends readonly unknown[]>(run: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      run(...args);
    } catch (fault) {
      setImmediate(() => {
        throw fault;
      });
    }
  };
}
