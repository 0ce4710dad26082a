import { errors as clientErrors, type NatsConnection, type Status } from '@nats-io/transport-node';
import { monotonicMs } from '../clock.ts';
import { NatsError, UnreachableError } from '../errors.ts';
import { createOutbox, type Outbox } from '../outbox/index.ts';
import { type Internals } from './internals.ts';
import { Liveness } from './liveness.ts';
import { type ConnectionEvent } from './spec.ts';
import { createSubscriber, type Subscribe } from './subscribe.ts';

/** One connection through its breaks: what everything in this package is built on. */
export interface Session {
  readonly nc: NatsConnection;
  readonly connected: boolean;
  /** Grows by one at each break. */
  readonly epoch: number;
  now(): number;
  /** When something last came from the server. */
  readonly aliveMs: number;
  /** Whether bytes are written and read past the client's public face. */
  readonly direct: boolean;
  readonly outbox: Outbox;
  readonly subscribe: Subscribe;
  listen(listener: (event: ConnectionEvent) => void): () => void;
  emit(event: ConnectionEvent): void;
  /** Resolves when nothing will work any more, with the reason when nobody asked for it. */
  readonly closed: Promise<NatsError | undefined>;
}

type SessionOptions = {
  readonly internals: Internals | undefined;
  readonly now?: () => number;
  readonly onSettled: () => void;
};

/** Turns the library's status events into ours, each break told once however often it was dialled. */
export function createSession(nc: NatsConnection, options: SessionOptions): Session {
  const { internals, now = monotonicMs, onSettled } = options;
  const listeners = new Set<(event: ConnectionEvent) => void>();
  let connected = true;
  let epoch = 1;
  const liveness = new Liveness(now);
  const emit = (event: ConnectionEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const onStatus = (status: Status): void => {
    if (status.type === 'disconnect' && connected) {
      connected = false;
      epoch += 1;
      emit({ type: 'disconnected', epoch });
    } else if (status.type === 'reconnect' && !connected) {
      connected = true;
      onSettled();
      emit({ type: 'reconnected', epoch, downMs: liveness.renew(), server: status.server });
    } else if (status.type === 'ping') {
      liveness.pinged(status.pendingPings);
    } else {
      const event = eventOf(status);
      if (event !== undefined) emit(event);
    }
  };
  void pump(nc, onStatus);
  const closed = nc.closed().then((cause) => {
    const error = cause instanceof Error ? closedError(cause) : undefined;
    connected = false;
    emit(error === undefined ? { type: 'closed' } : { type: 'closed', error });
    listeners.clear();
    return error;
  });
  return {
    nc,
    get connected() {
      // The library's own flag is ahead of its events by a few turns.
      return connected && !nc.isClosed();
    },
    get epoch() {
      return epoch;
    },
    now,
    get aliveMs() {
      return liveness.aliveMs;
    },
    direct: internals !== undefined,
    outbox: createOutbox(nc, internals),
    subscribe: createSubscriber(nc, internals, liveness.seen),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    emit,
    closed,
  };
}

const closedError = (cause: Error) => new UnreachableError('the connection to NATS closed for good', { cause });

async function pump(nc: NatsConnection, onStatus: (status: Status) => void): Promise<void> {
  for await (const status of nc.status()) onStatus(status);
}

function eventOf(status: Status): ConnectionEvent | undefined {
  if (status.type === 'ldm') return { type: 'lame-duck' };
  if (status.type !== 'error') return undefined;
  const { error } = status;
  if (error instanceof clientErrors.PermissionViolationError)
    return {
      type: 'permission',
      operation: error.operation === 'publish' ? 'publish' : 'subscribe',
      subject: unquote(error.subject),
    };
  if (error instanceof clientErrors.AuthorizationError || error instanceof clientErrors.UserAuthenticationExpiredError)
    return { type: 'authentication-refused' };
  return { type: 'error', error: new NatsError(`nats-server says: ${error.message}`, { cause: error }) };
}

/** The server quotes subjects the Go way; only these two marks can stand in a subject without breaking its line. */
const unquote = (subject: string) => subject.replace(/\\(["\\])/g, '$1');
