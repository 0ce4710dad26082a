import { setTimeout as delay } from 'node:timers/promises';
import {
  connect,
  ConfigurationError,
  TlsError,
  type ConnectionEvent,
  type ConnectionSpec,
  type Nats,
} from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import { backoffMs } from './delivery/backoff.ts';
import type { Job } from './job.ts';
import type { WorkerOptions } from './options.ts';
import { troubleOf, type SourceTrouble } from './sources/state.ts';

export type ConnectContext = {
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly on: (event: ConnectionEvent) => void;
  readonly onTrouble: (trouble: SourceTrouble) => void;
};

const RETRY = { initialMs: 500, maxMs: 10_000 };

/**
 * Connects, however long it takes: a broker that is down and credentials that are refused are told, and tried again.
 * Throws ConfigurationError, or the signal's reason.
 */
export async function connectForEver(options: WorkerOptions, job: Job, context: ConnectContext): Promise<Nats> {
  const { signal, log } = context;
  for (let failures = 1; ; failures += 1) {
    try {
      return await connectOnce(options, job, context);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConfigurationError) throw error;
      const trouble = error instanceof TlsError ? { reason: 'BrokerUnreachable', code: 'TLS' } : troubleOf(error);
      context.onTrouble(trouble);
      log.warn(
        { ...trouble, cause: error instanceof Error ? error.message : '' },
        'could not connect to NATS; trying again',
      );
      await delay(backoffMs(RETRY, failures), undefined, { signal });
    }
  }
}

/** Tells what becomes of the connection. */
export function logConnection(log: Logger, event: ConnectionEvent): void {
  switch (event.type) {
    case 'reconnected':
      log.info({ server: event.server, downMs: event.downMs }, 'connected again');
      return;
    case 'permission':
      log.warn({ operation: event.operation, subject: event.subject }, 'the server refused a permission');
      return;
    case 'disconnected':
    case 'authentication-refused':
      log.warn({ event: event.type }, 'not connected to NATS');
      return;
    case 'error':
      log.warn({ error: event.error.message }, 'the connection reports an error');
      return;
    case 'credentials-changed':
    case 'lame-duck':
      log.info({ event: event.type }, 'the connection is made anew');
      return;
    case 'closed':
      return; // the end of the run tells why
  }
}

/** The signal ends the attempt, and not the connection: what is in flight when it says stop is still to be confirmed. */
async function connectOnce(options: WorkerOptions, job: Job, { signal, on }: ConnectContext): Promise<Nats> {
  const attempt = new AbortController();
  const giveUp = (): void => {
    attempt.abort(signal.reason);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await connect(specOf(options, job), { signal: attempt.signal, on });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function specOf(options: WorkerOptions, { manifest }: Job): ConnectionSpec {
  const { nats, natsCaFile, natsCredentialsDir, natsTlsServerName } = options;
  const { namespace, name } = manifest.metadata;
  return {
    servers: nats,
    name: `streamjob worker ${namespace}/${name}`,
    ...(natsCaFile === undefined ? {} : { caFile: natsCaFile }),
    ...(natsCredentialsDir === undefined ? {} : { credentialsDir: natsCredentialsDir }),
    ...(natsTlsServerName === undefined ? {} : { tls: { serverName: natsTlsServerName } }),
  };
}
