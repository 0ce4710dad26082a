import { ConfigurationError } from '../errors.ts';
import { type Nats } from '../nats.ts';
import { type ConnectionSpec, type ConnectOptions } from './spec.ts';
import { parseServers } from './servers.ts';

/**
 * Connects and stays connected until it is closed. Throws UnreachableError, PermissionError (the log-in was refused),
 * TlsError or ConfigurationError.
 */
export function connect(spec: ConnectionSpec, _options: ConnectOptions): Promise<Nats> {
  parseServers(spec.servers);
  return Promise.reject(new ConfigurationError('not wired yet'));
}
