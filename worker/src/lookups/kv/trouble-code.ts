import { ApiError, BucketNotFoundError, PermissionError, UnreachableError, type NatsError } from '@streamjob/nats';

/** Every watch has a consumer of its own; what it may not do is the same for all of them. */
const CONSUMER = /\.sj-watch-[^.]+/;

/** Why a bucket can't be read, the same for the same cause. */
export function troubleCode(error: NatsError): string {
  if (error instanceof BucketNotFoundError) return `BucketNotFound ${error.bucket}`;
  if (error instanceof PermissionError)
    return `PermissionDenied ${error.operation} ${(error.subject ?? '').replace(CONSUMER, '.*')}`.trim();
  if (error instanceof ApiError) return `BrokerRefuses ${error.code}`;
  return error instanceof UnreachableError ? 'NoAnswer' : error.name;
}
