import { ask } from '../api/request.ts';
import { type Session } from '../connection/session.ts';
import { type RequestOptions } from '../api/options.ts';

/** A question that users may be forbidden to ask; its refusal is nobody's concern. */
export const USER_INFO_SUBJECT = '$SYS.REQ.USER.INFO';

export async function readAccount(session: Session, options: RequestOptions = {}): Promise<string | undefined> {
  try {
    const answer = await ask(session, USER_INFO_SUBJECT, '', options);
    return accountOf(JSON.parse(answer.string()));
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

function accountOf(answer: unknown): string | undefined {
  const account = (answer as { data?: { account?: unknown } } | null)?.data?.account;
  return typeof account === 'string' ? account : undefined;
}
