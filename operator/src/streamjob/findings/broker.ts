import {
  ApiError,
  ConfigurationError,
  ConflictError,
  ConsumerNotFoundError,
  PermissionError,
  StreamNotFoundError,
  TlsError,
  TooOldError,
  UnreachableError,
} from '@streamjob/nats';
import { UnknownConnectionError } from '../../sampling/index.ts';
import { type Finding } from './finding.ts';

/** What a failed call to the broker means to the job's owner. */
export function brokerFinding(error: Error): Finding {
  if (error instanceof PermissionError) return permissionFinding(error);
  const reason = reasonOf(error);
  // Texts of errors that nobody classified may hold anything.
  return { reason, message: reason === 'BrokerRefuses' && !(error instanceof ApiError) ? UNCLASSIFIED : error.message };
}

const UNCLASSIFIED = 'the request failed; the operator’s log has the error';

function permissionFinding({ subject, operation, message }: PermissionError): Finding {
  if (operation === 'connect' || subject === undefined) return { reason: 'AuthenticationFailed', message };
  return { reason: 'PermissionDenied', message: `the operator may not ${operation} ${subject}` };
}

function reasonOf(error: Error): Finding['reason'] {
  if (error instanceof StreamNotFoundError) return 'StreamNotFound';
  if (error instanceof ConsumerNotFoundError) return 'ConsumerMissing';
  if (error instanceof ConflictError) return 'ConsumerConflict';
  if (error instanceof TooOldError) return 'ServerTooOld';
  if (error instanceof UnknownConnectionError) return 'ConnectionNotFound';
  if (error instanceof UnreachableError || error instanceof TlsError) return 'BrokerUnreachable';
  return error instanceof ConfigurationError ? 'AuthenticationFailed' : 'BrokerRefuses';
}
