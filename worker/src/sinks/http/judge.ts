import type { Verdict } from '../../delivery/classify.ts';
import type { HttpAnswer } from '../../http/index.ts';

/** Statuses that speak of the server, of what stands before it, or of our rights there: not of the one request. */
const ABOUT_THE_SERVER: ReadonlySet<number> = new Set([401, 403, 404, 408, 429, 502, 503, 504]);

/** Judges the answer to one request. Codes and texts quote nothing of the request or the answer but the status. */
export function judge(answer: HttpAnswer): Verdict {
  switch (answer.kind) {
    case 'answered':
    case 'too-large':
      return byStatus(answer.status, answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs });
    case 'timeout':
      return { kind: 'transient', code: 'Timeout', unanswered: true };
    case 'unreachable':
      return { kind: 'destination', reason: 'SinkUnreachable', code: answer.code, unanswered: true };
    case 'forbidden':
      return { kind: 'destination', reason: 'HttpHostNotAllowed', code: answer.host, unanswered: true };
  }
}

function byStatus(status: number, wait: { readonly retryAfterMs?: number }): Verdict {
  const code = String(status);
  if (status >= 200 && status < 300) return { kind: 'stored', duplicate: false };
  if (status >= 300 && status < 400) {
    return { kind: 'destination', reason: 'SinkRefuses', code: `Redirected ${code}`, ...wait };
  }
  if (ABOUT_THE_SERVER.has(status)) return { kind: 'destination', reason: 'SinkRefuses', code, ...wait };
  if (status >= 400 && status < 500)
    return { kind: 'own', reason: 'SinkRefused', error: `the server answered ${code}` };
  return { kind: 'transient', code, ...wait };
}
