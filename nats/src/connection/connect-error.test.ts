import { describe, expect, test } from '@jest/globals';
import { errors as clientErrors } from '@nats-io/transport-node';
import { ConfigurationError, PermissionError, TlsError, UnreachableError } from '../errors.ts';
import { classifyConnectError } from './connect-error.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('classifyConnectError', () => {
  test.each<{ error: unknown; is: new (...args: never[]) => Error; says: string }>([
    {
      error: new clientErrors.AuthorizationError('Authorization Violation'),
      is: PermissionError,
      says: 'refused the log-in',
    },
    { error: new clientErrors.UserAuthenticationExpiredError('x'), is: PermissionError, says: 'refused the log-in' },
    { error: new clientErrors.AuthorizationError('Authentication Timeout'), is: UnreachableError, says: 'no answer' },
    { error: withCode('SELF_SIGNED_CERT_IN_CHAIN'), is: TlsError, says: 'SELF_SIGNED_CERT_IN_CHAIN' },
    { error: withCode('ERR_TLS_CERT_ALTNAME_INVALID'), is: TlsError, says: 'server name' },
    { error: withCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), is: TlsError, says: 'client certificate' },
    { error: new clientErrors.ConnectionError("server does not support 'tls'"), is: TlsError, says: 'disagree on TLS' },
    {
      error: new clientErrors.ConnectionError('connection refused', { cause: withCode('ECONNREFUSED') }),
      is: UnreachableError,
      says: 'ECONNREFUSED',
    },
    { error: withCode('ENOTFOUND'), is: UnreachableError, says: 'ENOTFOUND' },
    { error: undefined, is: UnreachableError, says: 'no answer' },
    { error: new ConfigurationError('mine'), is: ConfigurationError, says: 'mine' },
  ])('$error: $says', ({ error, is, says }) => {
    const classified = classifyConnectError(error, ['a:4222', 'b:4222']);
    expect(classified).toBeInstanceOf(is);
    expect(classified.message).toContain(says);
  });
});
