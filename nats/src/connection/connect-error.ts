import { errors as clientErrors } from '@nats-io/transport-node';
import { NatsError, PermissionError, TlsError, UnreachableError } from '../errors.ts';

const TLS_CODES =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_GET_|UNABLE_TO_VERIFY_|UNABLE_TO_DECRYPT_|HOSTNAME_MISMATCH|INVALID_CA|ERR_CRYPTO_)/;

/** Says why no connection could be made, and what to do about it. Addresses hold no credentials (see parseServers). */
export function classifyConnectError(error: unknown, addresses: readonly string[]): NatsError {
  if (error instanceof NatsError) return error;
  const where = addresses.join(', ');
  if (isRefusal(error))
    return new PermissionError(
      `NATS at ${where} refused the log-in: check the credentials and that they belong to this server`,
      { operation: 'connect' },
      error,
    );
  const code = codeOf(error);
  if (TLS_CODES.test(code) || isTlsRefusal(error))
    return new TlsError(
      `TLS with NATS at ${where} failed (${code === '' ? 'the two sides disagree on TLS' : code}): check the CA bundle, the server name and the client certificate`,
      { cause: error },
    );
  return new UnreachableError(
    `NATS at ${where} can't be reached (${code === '' ? 'no answer' : code}): check the addresses, the network policy and that the server runs`,
    { cause: error },
  );
}

/** A server that had no time to look at the log-in didn't refuse it; the library has one class for both. */
function isRefusal(error: unknown): boolean {
  if (error instanceof clientErrors.UserAuthenticationExpiredError) return true;
  return error instanceof clientErrors.AuthorizationError && !/authentication timeout/i.test(error.message);
}

/** Looks at the shape, not the class: errors of Node's own may come from another realm. */
function codeOf(error: unknown): string {
  for (
    let at = error as { code?: unknown; cause?: unknown } | null | undefined;
    at !== undefined && at !== null;
    at = at.cause as typeof at
  ) {
    if (typeof at.code === 'string') return at.code;
  }
  return '';
}

/** The library has no class for it: the server offers no TLS and we want it, or the other way round. */
const isTlsRefusal = (error: unknown) => error instanceof Error && error.message.includes("'tls'");

/** After a time-out of TLS with a server that asks for client certificates (see probe.ts). */
export function clientCertificateError(addresses: readonly string[], cause: unknown): TlsError {
  return new TlsError(
    `NATS at ${addresses.join(', ')} wants a client certificate and took none from us: put tls.crt and tls.key, signed by an authority that it trusts, into the credentials`,
    { cause },
  );
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof UnreachableError && error.cause instanceof clientErrors.TimeoutError;
