import { connect as dial, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { ConfigurationError, type NatsError, UnreachableError } from '../errors.ts';
import { assembleNats } from '../assemble.ts';
import { monotonicMs } from '../clock.ts';
import { type Nats } from '../nats.ts';
import { USER_INFO_SUBJECT } from '../server/account.ts';
import { classifyConnectError, clientCertificateError, isTimeout } from './connect-error.ts';
import { fileAuthenticator, proveIdentity, readCredentialFiles } from './credentials.ts';
import { watchCredentials } from './credentials-watch.ts';
import { findInternals, type FindInternals } from './internals.ts';
import { wantsClientCertificate } from './probe.ts';
import { redial, reconnectDelayMs, type Redial } from './reconnect.ts';
import { parseServers } from './servers.ts';
import { createSession } from './session.ts';
import { type ConnectionEvent, type ConnectionSpec, type ConnectOptions } from './spec.ts';
import { aimTls, tlsSettings } from './tls.ts';

const PATIENCE_MS = 10_000;
const DIAL_TIMEOUT_MS = 8_000;
const PING_INTERVAL_MS = 5_000;
const CREDENTIALS_POLL_MS = 2_000;

/**
 * Connects, and stays connected or reconnects for ever until it is closed. Throws UnreachableError, PermissionError
 * (the log-in was refused), TlsError, ConfigurationError, or the signal's reason.
 */
export async function connect(
  spec: ConnectionSpec,
  options: ConnectOptions,
  internalsOf: FindInternals = findInternals,
): Promise<Nats> {
  const emit = options.on ?? (() => undefined);
  const { connectionOptions, redialling, addresses } = prepare(spec, emit);
  const nc = await firstConnect(connectionOptions, addresses, options);
  redialling.settled();
  const session = createSession(nc, {
    internals: internalsOf(nc),
    onSettled: () => {
      redialling.settled();
    },
  });
  session.listen((event) => {
    if (!(event.type === 'permission' && event.subject === USER_INFO_SUBJECT)) emit(event);
  });
  const watch = watchForCredentials(spec, options, () => {
    session.emit({ type: 'credentials-changed' });
    void nc.reconnect().catch(() => undefined);
  });
  const nats = assembleNats(session, spec.inboxPrefix);
  const onAbort = () => void nats.close();
  options.signal.addEventListener('abort', onAbort, { once: true });
  void nats.closed.then(() => {
    watch?.stop();
    options.signal.removeEventListener('abort', onAbort);
  });
  if (options.signal.aborted) onAbort();
  return nats;
}

type Prepared = { connectionOptions: ConnectionOptions; redialling: Redial; addresses: readonly string[] };

function prepare(spec: ConnectionSpec, emit: (event: ConnectionEvent) => void): Prepared {
  const { addresses, tls: addressesAskForTls } = parseServers(spec.servers);
  checkInboxPrefix(spec.inboxPrefix);
  const { credentialsDir } = spec;
  // Wrong from the start is told at once, before a server is asked.
  if (credentialsDir !== undefined) proveIdentity(readCredentialFiles(credentialsDir), 'nonce');
  const tls = tlsSettings(spec, addressesAskForTls);
  const redialling = redial((server) => {
    if (tls !== undefined) aimTls(tls, server);
  });
  const onProblem = (error: Error) => {
    emit({ type: 'error', error });
  };
  const connectionOptions: ConnectionOptions = {
    servers: [...addresses],
    name: spec.name,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => 0,
    reconnectToServer: redialling.handler,
    ignoreAuthErrorAbort: true,
    // The list is what the platform team allowed; gossiped addresses may lie outside the network policy.
    ignoreClusterUpdates: true,
    pingInterval: PING_INTERVAL_MS,
    timeout: DIAL_TIMEOUT_MS,
    noAsyncTraces: true,
    ...(tls === undefined ? {} : { tls }),
    ...(credentialsDir === undefined ? {} : { authenticator: fileAuthenticator(credentialsDir, onProblem) }),
    ...(spec.inboxPrefix === undefined ? {} : { inboxPrefix: spec.inboxPrefix }),
  };
  return { connectionOptions, redialling, addresses };
}

function checkInboxPrefix(prefix: string | undefined): void {
  if (prefix !== undefined && !/^[\w-]+(\.[\w-]+)*$/.test(prefix))
    throw new ConfigurationError('the inbox prefix must be one or more subject tokens of letters, digits, _ and -');
}

/** Tries again while nothing answers and patience lasts; a server that said no is not asked twice. */
async function firstConnect(
  connectionOptions: ConnectionOptions,
  addresses: readonly string[],
  { signal, patienceMs = PATIENCE_MS }: ConnectOptions,
): Promise<NatsConnection> {
  const deadlineMs = monotonicMs() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await abandonOnAbort(dial(connectionOptions), signal);
    } catch (error) {
      signal.throwIfAborted();
      const classified = await explain(error, addresses, connectionOptions);
      const waitMs = reconnectDelayMs(attempt, Math.random());
      if (!(classified instanceof UnreachableError) || monotonicMs() + waitMs > deadlineMs) throw classified;
      await pause(waitMs, signal);
    }
  }
}

async function explain(error: unknown, addresses: readonly string[], { tls }: ConnectionOptions): Promise<NatsError> {
  const classified = classifyConnectError(error, addresses);
  if (tls === undefined || !isTimeout(classified)) return classified;
  const wanting = await Promise.all(addresses.map(wantsClientCertificate));
  return wanting.includes(true) ? clientCertificateError(addresses, error) : classified;
}

/** A dial can't be called off: when it ends after all, what it made is closed. */
function abandonOnAbort(dialling: Promise<NatsConnection>, signal: AbortSignal): Promise<NatsConnection> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
      dialling.then((nc) => nc.close()).catch(() => undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    dialling.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

function watchForCredentials(spec: ConnectionSpec, options: ConnectOptions, onChange: () => void) {
  if (spec.credentialsDir === undefined) return undefined;
  return watchCredentials(spec.credentialsDir, options.credentialsPollMs ?? CREDENTIALS_POLL_MS, onChange);
}
