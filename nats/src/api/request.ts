import { errors as clientErrors, type Msg } from '@nats-io/transport-node';
import { type Session } from '../connection/session.ts';
import { ApiError, PermissionError, UnreachableError } from '../errors.ts';
import { type RequestOptions } from './options.ts';

const TIMEOUT_MS = 5_000;
const decoder = new TextDecoder();

/** One question to the server and its answer. Throws UnreachableError or PermissionError. */
export async function ask(
  session: Session,
  subject: string,
  body: string,
  { signal, timeoutMs = TIMEOUT_MS }: RequestOptions = {},
): Promise<Msg> {
  signal?.throwIfAborted();
  if (!session.connected) throw new UnreachableError('not connected to NATS; the connection is being made anew');
  // What was written before is also read before.
  session.outbox.flush();
  const answer = session.nc.request(subject, body, { timeout: timeoutMs });
  try {
    return await (signal === undefined ? answer : untilAborted(answer, signal));
  } catch (error) {
    signal?.throwIfAborted();
    throw classifyRequestError(error, subject);
  }
}

function untilAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

/** Asks JetStream's API. Throws what `ask` throws, and ApiError when JetStream refuses. */
export async function askApi<T extends object>(
  session: Session,
  subject: string,
  body: object | undefined,
  options: RequestOptions = {},
): Promise<T> {
  const message = await ask(session, subject, body === undefined ? '' : JSON.stringify(body), options);
  const answer = parseAnswer<T>(message.data, subject);
  if (answer.error === undefined) return answer;
  const { code = 0, err_code = 0, description = 'no reason given' } = answer.error;
  throw new ApiError(`JetStream refused ${subject}: ${description} (${err_code})`, { code: err_code, status: code });
}

type Answer<T> = T & { error?: { code?: number; err_code?: number; description?: string } };

function parseAnswer<T>(data: Uint8Array, subject: string): Answer<T> {
  try {
    return JSON.parse(decoder.decode(data)) as Answer<T>;
  } catch {
    throw new UnreachableError(`the answer on ${subject} is not JetStream's`);
  }
}

function classifyRequestError(error: unknown, subject: string): Error {
  const known = [...causesOf(error)].find(isKnown);
  if (known instanceof clientErrors.PermissionViolationError) return permissionError(known);
  if (known instanceof clientErrors.NoRespondersError)
    return new UnreachableError(
      `nobody answers on ${subject}: JetStream is off for this account, or has no leader now`,
      { cause: error },
    );
  return new UnreachableError(`no answer on ${subject} in time`, { cause: error });
}

function* causesOf(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = at.cause) yield at;
}

const isKnown = (error: Error) =>
  error instanceof clientErrors.PermissionViolationError || error instanceof clientErrors.NoRespondersError;

function permissionError(error: InstanceType<typeof clientErrors.PermissionViolationError>): PermissionError {
  const operation = error.operation === 'publish' ? 'publish' : 'subscribe';
  return new PermissionError(
    `the NATS user may not ${operation} to ${error.subject}: grant it that permission`,
    { operation, subject: error.subject },
    error,
  );
}
