import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { readFileSync, statSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import type { buildConnector } from 'undici';
import { isLocalAddress } from './local-addresses.ts';

export type ConnectorOptions = {
  /** Whether loopback, link-local and the like may be connected to. */
  readonly allowLocal: boolean;
  /** PEM certificates that are trusted beside those of the system; read again when the file changes. */
  readonly caFile?: string;
};

const CONNECT_TIMEOUT_MS = 10_000;

export class LocalAddressError extends Error {
  override readonly name = 'LocalAddressError';
}

/** Connects, but not to an address of this pod or its node: neither by its name's answers nor by what it got connected to. */
export function guardedConnector(build: typeof buildConnector, options: ConnectorOptions): buildConnector.connector {
  const guard = options.allowLocal ? {} : { lookup: guardedLookup };
  const connectWith = withAuthorities(options.caFile, (ca) =>
    build({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, ...guard, ...(ca === undefined ? {} : { ca: [...ca] }) }),
  );
  if (options.allowLocal)
    return (target, callback) => {
      connectWith()(target, callback);
    };
  return (target, callback) => {
    connectWith()(target, (...[error, socket]) => {
      if (error === null && isLocalAddress(socket.remoteAddress ?? '')) {
        socket.destroy();
        callback(new LocalAddressError('an address that is not allowed'), null);
      } else if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** One address that isn't allowed is enough: nobody who means well mixes them. */
function guardedLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) callback(error, '');
    else if (addresses.some(({ address }) => isLocalAddress(address)))
      callback(new LocalAddressError('a name of an address that is not allowed'), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
}

/** Builds again when the file of authorities is another one: the kubelet swaps it while the worker runs. */
function withAuthorities<T>(caFile: string | undefined, build: (ca: readonly string[] | undefined) => T): () => T {
  if (caFile === undefined) {
    const built = build(undefined);
    return () => built;
  }
  let readMs: number | undefined;
  let built: T | undefined;
  return () => {
    const { mtimeMs } = statSync(caFile);
    if (built === undefined || mtimeMs !== readMs) {
      built = build([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
      readMs = mtimeMs;
    }
    return built;
  };
}
