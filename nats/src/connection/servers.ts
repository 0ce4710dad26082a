import { ConfigurationError } from '../errors.ts';

const DEFAULT_PORT = 4222;
const SCHEMES = new Set(['nats:', 'tls:']);

export type Servers = { readonly addresses: readonly string[]; readonly tls: boolean };

/**
 * Checks a list of server addresses and takes it apart into `host:port`. `tls` is true when one of them asks for it.
 * Throws ConfigurationError; its message repeats only the host, for what surrounds it could be a password.
 */
export function parseServers(servers: readonly string[]): Servers {
  if (servers.length === 0)
    throw new ConfigurationError('no NATS server was named: give at least one nats://host:port');
  const urls = servers.map(parseServer);
  return { addresses: urls.map((url) => url.host), tls: urls.some((url) => url.protocol === 'tls:') };
}

function parseServer(text: string, index: number): URL {
  const address = text.includes('://') ? text : `nats://${text}`;
  if (!URL.canParse(address)) throw refused(index, 'is not an address of the form nats://host:port');
  const url = new URL(address);
  if (!SCHEMES.has(url.protocol)) throw refused(index, `has the scheme ${url.protocol}//; use nats:// or tls://`);
  if (url.username !== '' || url.password !== '')
    throw refused(index, `(host ${url.hostname}) holds credentials; put them into the credentials' files instead`);
  if (url.hostname === '') throw refused(index, 'names no host');
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
    throw refused(index, `(host ${url.hostname}) has something after the port; use nats://host:port`);
  if (url.port === '') url.port = String(DEFAULT_PORT);
  return url;
}

const refused = (index: number, why: string) => new ConfigurationError(`NATS server address ${index + 1} ${why}`);
