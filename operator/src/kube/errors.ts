/** Why the API server refused, field by field where it says so. */
export type Cause = { readonly reason: string; readonly field: string; readonly message: string };

export type KubeErrorDetails = {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API server's reason in CamelCase, empty when it gave none. */
  readonly reason: string;
  readonly causes: readonly Cause[];
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
};

/** Base of everything that a call to the API server throws. */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly Cause[];
  /** How long the server asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: KubeErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.status = details.status;
    this.reason = details.reason;
    this.causes = details.causes;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export class NotFoundError extends KubeError {}
/** The object changed, or a precondition on UID or resourceVersion failed. */
export class ConflictError extends KubeError {}
export class AlreadyExistsError extends KubeError {}
/** RBAC, an admission plugin or a quota refused. */
export class ForbiddenError extends KubeError {}
export class UnauthorizedError extends KubeError {}
/** The object isn't acceptable: `causes` name the fields. */
export class InvalidError extends KubeError {}
export class TooManyRequestsError extends KubeError {}
/** The resourceVersion or continue token is too old: list again. */
export class ExpiredError extends KubeError {}
/** No answer: connection refused, reset, or the deadline passed. */
export class UnreachableError extends KubeError {}
/** The server failed (5xx): worth a retry. */
export class ServerError extends KubeError {}
/** Trying again can't help: the request itself is wrong. */
export class TerminalError extends KubeError {}

export const isNotFound = (error: unknown): error is NotFoundError => error instanceof NotFoundError;
export const isConflict = (error: unknown): error is ConflictError => error instanceof ConflictError;
export const isAlreadyExists = (error: unknown): error is AlreadyExistsError => error instanceof AlreadyExistsError;
export const isForbidden = (error: unknown): error is ForbiddenError => error instanceof ForbiddenError;
export const isInvalid = (error: unknown): error is InvalidError => error instanceof InvalidError;
export const isExpired = (error: unknown): error is ExpiredError => error instanceof ExpiredError;

/** A namespace on its way out refuses every creation: nothing to retry, its objects go too. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ForbiddenError && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

const MAX_MESSAGE_CHARACTERS = 1_000;

type ErrorClass = new (message: string, details: KubeErrorDetails) => KubeError;

const byStatus = new Map<number, ErrorClass>([
  [401, UnauthorizedError],
  [403, ForbiddenError],
  [404, NotFoundError],
  [408, UnreachableError],
  [409, ConflictError],
  [410, ExpiredError],
  [422, InvalidError],
  [429, TooManyRequestsError],
]);

const byReason = new Map<string, ErrorClass>([
  ['AlreadyExists', AlreadyExistsError],
  ['Expired', ExpiredError],
  ['Gone', ExpiredError],
  ['Timeout', ServerError],
  ['ServerTimeout', ServerError],
]);

/** Turns the `Status` object of a failed call into its error. `what` says which call, without its body. */
export function errorFromStatus(what: string, status: number, body: unknown, retryAfterMs?: number): KubeError {
  const { reason, message, causes, retryAfterSeconds } = readStatus(body);
  const wait = retryAfterMs ?? (retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000);
  const Class = byReason.get(reason) ?? byStatus.get(status) ?? (status >= 500 ? ServerError : TerminalError);
  const text = `${what}: ${message === '' ? `HTTP ${status}` : message}`.slice(0, MAX_MESSAGE_CHARACTERS);
  return new Class(text, { status, reason, causes, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}

export function unreachable(what: string, why: string, cause?: unknown): UnreachableError {
  return new UnreachableError(`${what}: ${why}`, { status: 0, reason: '', causes: [], cause });
}

type StatusText = { reason: string; message: string; causes: readonly Cause[]; retryAfterSeconds?: number };

function readStatus(body: unknown): StatusText {
  if (!isRecord(body) || body.kind !== 'Status') return { reason: '', message: '', causes: [] };
  const details = isRecord(body.details) ? body.details : {};
  const seconds = details.retryAfterSeconds;
  return {
    reason: textOf(body.reason),
    message: textOf(body.message),
    causes: Array.isArray(details.causes) ? details.causes.filter(isRecord).map(readCause) : [],
    ...(typeof seconds === 'number' && seconds > 0 ? { retryAfterSeconds: seconds } : {}),
  };
}

const readCause = (cause: Record<string, unknown>): Cause => ({
  reason: textOf(cause.reason),
  field: textOf(cause.field),
  message: textOf(cause.message),
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
