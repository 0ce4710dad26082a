/**
 * Every error that leaves this package is one of these, classified once, with what the client library or the
 * server said as `cause`. Messages name the object and the cure; none of them holds a credential or a payload.
 */
export class NatsError extends Error {
  override readonly name: string = 'NatsError';
}

/** Nothing answered: no server, no leader, JetStream off or a deadline passed. Worth trying again. */
export class UnreachableError extends NatsError {
  override readonly name = 'UnreachableError';
}

/** The server refused who we are, or what we may do; `subject` tells which right is missing, absent for a refused log-in. */
export class PermissionError extends NatsError {
  override readonly name = 'PermissionError';
  readonly subject: string | undefined;
  readonly operation: 'connect' | 'publish' | 'subscribe';

  constructor(
    message: string,
    refused: { operation: PermissionError['operation']; subject?: string },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.operation = refused.operation;
    this.subject = refused.subject;
  }
}

/** The TLS handshake failed: an unknown authority, another host's certificate, or a client certificate that is missing. */
export class TlsError extends NatsError {
  override readonly name = 'TlsError';
}

/** What we were told to connect with can't be used: a malformed address, unreadable or missing credential files. */
export class ConfigurationError extends NatsError {
  override readonly name = 'ConfigurationError';
}

export class StreamNotFoundError extends NatsError {
  override readonly name = 'StreamNotFoundError';
  readonly stream: string;

  constructor(stream: string, cause?: unknown) {
    super(`stream ${stream} does not exist in this account; create it or correct its name`, { cause });
    this.stream = stream;
  }
}

export class ConsumerNotFoundError extends NatsError {
  override readonly name = 'ConsumerNotFoundError';
  readonly stream: string;
  readonly consumer: string;

  constructor(stream: string, consumer: string, cause?: unknown) {
    super(`stream ${stream} has no consumer ${consumer}`, { cause });
    this.stream = stream;
    this.consumer = consumer;
  }
}

export class BucketNotFoundError extends NatsError {
  override readonly name = 'BucketNotFoundError';
  readonly bucket: string;

  constructor(bucket: string, cause?: unknown) {
    super(`key-value bucket ${bucket} does not exist in this account; create it or correct its name`, { cause });
    this.bucket = bucket;
  }
}

/** Something of ours is there in a form that we must not or can't change; `field` names what differs. */
export class ConflictError extends NatsError {
  override readonly name = 'ConflictError';
  readonly field: string;

  constructor(message: string, field: string, cause?: unknown) {
    super(message, { cause });
    this.field = field;
  }
}

/** The server is older than a feature that we depend on. */
export class TooOldError extends NatsError {
  override readonly name = 'TooOldError';
  readonly feature: string;
  readonly needs: string;
  readonly has: string;

  constructor({ feature, needs, has }: { feature: string; needs: string; has: string }) {
    super(`nats-server ${has} is too old for ${feature}: upgrade it to ${needs} or later`);
    this.feature = feature;
    this.needs = needs;
    this.has = has;
  }
}

/** JetStream refused a request for a reason that has no class of its own; `code` is its err_code, `status` the HTTP-like one. */
export class ApiError extends NatsError {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: number;

  constructor(message: string, answer: { code: number; status: number }, cause?: unknown) {
    super(message, { cause });
    this.code = answer.code;
    this.status = answer.status;
  }
}

export const isNotFound = (error: unknown): error is StreamNotFoundError | ConsumerNotFoundError =>
  error instanceof StreamNotFoundError || error instanceof ConsumerNotFoundError;

/** True when trying the same again later may pass without anybody changing anything. */
export const isUnreachable = (error: unknown): error is UnreachableError => error instanceof UnreachableError;
