import { hasCode, naming } from '../api/codes.ts';
import { type RequestOptions } from '../api/options.ts';
import { askApi } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { ApiError } from '../errors.ts';

const NOT_FOUND: readonly number[] = [10037, 10043];
/** "Deleting failed", for reasons that only the text tells. */
const DELETE_FAILED = 10057;

export type DeleteOptions = RequestOptions & {
  /** Also overwrite its bytes on disk: a server does so about a hundred times a second. */
  readonly erase?: boolean;
};

/** Deletes one message. `absent`: the stream doesn't hold it, or no longer. */
export async function deleteMessage(
  session: Session,
  stream: string,
  sequence: number,
  { erase = false, ...options }: DeleteOptions = {},
): Promise<'deleted' | 'absent'> {
  try {
    await naming(
      askApi(session, `$JS.API.STREAM.MSG.DELETE.${stream}`, { seq: sequence, no_erase: !erase }, options),
      stream,
    );
    return 'deleted';
  } catch (error) {
    if (isAbsent(error)) return 'absent';
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  if (NOT_FOUND.some((code) => hasCode(error, code))) return true;
  // Of a place in front of, behind or between the messages that there are.
  return (
    error instanceof ApiError &&
    error.code === DELETE_FAILED &&
    /message found|not found|deleted message|store EOF/i.test(error.message)
  );
}
