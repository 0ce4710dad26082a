import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Server, type TlsOptions } from '@nats-io/transport-node';
import { type ConnectionSpec } from './spec.ts';

/** The library hands its TLS options on to Node, which knows these two. */
export type TlsSettings = TlsOptions & { servername?: string; host?: string };

/**
 * Undefined when nothing asks for TLS (the library still uses it where the server offers it). Files are named, not
 * read: the library reads them at each dial, so that renewed certificates are used. Which of them exist is fixed here.
 */
export function tlsSettings(spec: ConnectionSpec, addressesAskForTls: boolean): TlsSettings | undefined {
  const file = (name: string) => (spec.credentialsDir === undefined ? undefined : existing(spec.credentialsDir, name));
  const caFile = spec.caFile ?? file('ca.crt');
  const certFile = file('tls.crt');
  const keyFile = file('tls.key');
  const mutual = certFile !== undefined && keyFile !== undefined;
  if (!addressesAskForTls && spec.tls === undefined && caFile === undefined && !mutual) return undefined;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(mutual ? { certFile, keyFile } : {}),
    ...(spec.tls?.serverName === undefined ? {} : { servername: spec.tls.serverName }),
    ...(spec.tls?.handshakeFirst === true ? { handshakeFirst: true } : {}),
  };
}

function existing(dir: string, name: string): string | undefined {
  const path = join(dir, name);
  return existsSync(path) ? path : undefined;
}

/** Before a dial: an address without a host name would be checked against "localhost" instead of itself. */
export function aimTls(tls: TlsSettings, server: Server): void {
  tls.host = server.tlsName === '' ? server.hostname : server.tlsName;
}
