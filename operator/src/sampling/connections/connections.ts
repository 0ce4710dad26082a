import { type Nats, type RequestOptions } from '@streamjob/nats';
import { type Logger } from '@streamjob/telemetry';
import { type ConnectionConfig } from '../../config/schema.ts';
import { type Clock } from '../../runtime/clock/clock.ts';
import { UnknownConnectionError, type Brokers } from './brokers.ts';
import { Link, type Dial } from './link.ts';

export type ConnectionsOptions = {
  readonly connections: readonly ConnectionConfig[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Closes every connection when it aborts. */
  readonly signal: AbortSignal;
  readonly dial?: Dial;
};

/** The named connections of the configuration. */
export interface Connections {
  /** Throws an UnknownConnectionError, or why the connection isn't there. */
  use(name: string): Promise<Nats>;
  /** Resolves when all are closed, after the signal aborted. */
  closed(): Promise<void>;
}

export function createConnections({ connections, ...rest }: ConnectionsOptions): Connections {
  const links = new Map(connections.map((config) => [config.name, new Link({ config, ...rest })]));
  return {
    async use(name) {
      const link = links.get(name);
      if (link === undefined) throw new UnknownConnectionError(`the configuration has no connection named ${name}`);
      return link.use();
    },
    async closed() {
      await Promise.all(links.values().map((link) => link.closed()));
    },
  };
}

/** Every call to a broker ends by then. */
const DEADLINE: RequestOptions = { timeoutMs: 4_000 };

export function createBrokers(connections: Connections): Brokers {
  const on = (name: string): Promise<Nats> => connections.use(name);
  return {
    streamInfo: async (name, stream) => (await on(name)).streamInfo(stream, DEADLINE),
    consumerInfo: async (name, stream, consumer) => (await on(name)).consumerInfo(stream, consumer, DEADLINE),
    account: async (name) => (await on(name)).account(DEADLINE),
    serverVersion: async (name) => (await on(name)).server.version,
    ensureConsumer: async (name, stream, desired, options = {}) =>
      (await on(name)).ensureConsumer(stream, desired, { ...DEADLINE, ...options }),
    deleteConsumer: async (name, stream, consumer, options) =>
      (await on(name)).deleteConsumer(stream, consumer, { ...DEADLINE, ...options }),
  };
}
