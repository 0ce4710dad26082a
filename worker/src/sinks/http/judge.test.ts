import { expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../http/index.ts';
import { judge } from './judge.ts';

const status = (code: number): HttpAnswer => ({ kind: 'answered', status: code, body: Buffer.from('secret') });

test.each([200, 201, 202, 204, 299])('%i confirms', (code) => {
  expect(judge(status(code))).toEqual({ kind: 'stored', duplicate: false });
});

test.each([400, 402, 405, 409, 410, 413, 415, 418, 422, 451])('%i is the message’s own failure', (code) => {
  expect(judge(status(code))).toEqual({ kind: 'own', reason: 'SinkRefused', error: `the server answered ${code}` });
});

test.each([401, 403, 404, 408, 429, 502, 503, 504])('%i is the destination’s', (code) => {
  expect(judge(status(code))).toEqual({ kind: 'destination', reason: 'SinkRefuses', code: String(code) });
});

test.each([500, 501, 505, 520, 599])('%i is the message’s own only while others pass', (code) => {
  expect(judge(status(code))).toEqual({ kind: 'transient', code: String(code) });
});

test.each([300, 301, 302, 303, 304, 307, 308])('%i leads elsewhere, where nobody follows', (code) => {
  expect(judge(status(code))).toEqual({ kind: 'destination', reason: 'SinkRefuses', code: `Redirected ${code}` });
});

test.each<[HttpAnswer, object]>([
  [{ kind: 'timeout' }, { kind: 'transient', code: 'Timeout', unanswered: true }],
  [
    { kind: 'unreachable', code: 'ECONNREFUSED' },
    { kind: 'destination', reason: 'SinkUnreachable', code: 'ECONNREFUSED', unanswered: true },
  ],
  [
    { kind: 'forbidden', host: 'a.example' },
    { kind: 'destination', reason: 'HttpHostNotAllowed', code: 'a.example', unanswered: true },
  ],
  [
    { kind: 'too-large', status: 200 },
    { kind: 'stored', duplicate: false },
  ],
  [
    { kind: 'too-large', status: 503, retryAfterMs: 7 },
    { kind: 'destination', reason: 'SinkRefuses', code: '503', retryAfterMs: 7 },
  ],
  [{ ...status(500), retryAfterMs: 9 } as HttpAnswer, { kind: 'transient', code: '500', retryAfterMs: 9 }],
])('%j', (answer, verdict) => {
  expect(judge(answer)).toEqual(verdict);
});
