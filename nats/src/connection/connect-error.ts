import { errors as clientErrors } from '@nats-io/transport-node';
import { NatsError, PermissionError, TlsError, UnreachableError } from '../errors.ts';

const TLS_CODES =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_GET_|UNABLE_TO_VERIFY_|UNABLE_TO_DECRYPT_|HOSTNAME_MISMATCH|INVALID_CA|ERR_CRYPTO_)/;

/** Says why no connection could be made, and what to do about it. Addresses hold no credentials (see parseServers). */
export function classifyConnectError(error: unknown, addresses: readonly string[]): NatsError {
  if (error instanceof NatsError) return error;
  const where = addresses.join(', ');
  if (error instanceof clientErrors.AuthorizationError || error instanceof clientErrors.UserAuthenticationExpiredError)
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

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return '';
}

/** The library has no class for it: the server offers no TLS and we want it, or the other way round. */
const isTlsRefusal = (error: unknown) => error instanceof Error && error.message.includes("'tls'");
