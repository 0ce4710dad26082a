import { ApiError, ConsumerNotFoundError, StreamNotFoundError } from '../errors.ts';

/** JetStream's err_code, of those that we tell apart. */
export const CODES = {
  consumerNotFound: 10014,
  messageNotFound: 10037,
  streamNotFound: 10059,
  consumerExists: 10148,
  streamNameInUse: 10058,
} as const;

export const hasCode = (error: unknown, code: number): error is ApiError =>
  error instanceof ApiError && error.code === code;

/** Names what wasn't found; every other error stays as it is. */
export async function naming<T>(answer: Promise<T>, stream: string, consumer?: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, CODES.streamNotFound)) throw new StreamNotFoundError(stream, error);
    if (consumer !== undefined && hasCode(error, CODES.consumerNotFound))
      throw new ConsumerNotFoundError(stream, consumer, error);
    throw error;
  }
}
