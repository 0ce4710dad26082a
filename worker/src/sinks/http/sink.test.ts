import type { ResolvedHttpSink } from '@streamjob/crds';
import type { Publication } from '@streamjob/nats';
import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../delivery/classify.ts';
import type { HttpAnswer, HttpRequest } from '../../http/index.ts';
import { httpSink, type HttpSinkOptions } from './index.ts';

const SPEC: ResolvedHttpSink = {
  url: 'unused',
  method: 'POST',
  headers: {},
  timeoutMs: 1_000,
  concurrency: 2,
  idempotencyHeader: 'Id',
};
const BATCH = { maxMessages: 4, maxBytes: 1_000, maxWaitMs: 5, format: 'JsonArray' as const };

const publication = (id: string, payload = `"${id}"`): Publication => ({
  subject: 'https://a.example/x',
  headers: [
    ['Id', id],
    ['Content-Type', 'application/json'],
  ],
  payload: Buffer.from(payload),
});
const status = (code: number): HttpAnswer => ({ kind: 'answered', status: code, body: new Uint8Array(0) });

/** A sink on a server that answers what the test says, and what came of it. */
function scene(
  answer: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
  more: Partial<HttpSinkOptions> = {},
) {
  const requests: { body: string; id: string; request: HttpRequest }[] = [];
  const running = { now: 0, most: 0 };
  const client = {
    request: async (request: HttpRequest): Promise<HttpAnswer> => {
      requests.push({ body: Buffer.from(request.body ?? []).toString(), id: request.headers[0]?.[1] ?? '', request });
      running.most = Math.max(running.most, (running.now += 1));
      await new Promise(setImmediate);
      const given = await answer(request);
      running.now -= 1;
      return given;
    },
  };
  const sink = httpSink({ spec: SPEC, client, ...more });
  const publish = (...all: Publication[]): Promise<Verdict[]> => {
    const verdicts: Verdict[] = [];
    const { promise, resolve } = Promise.withResolvers<Verdict[]>();
    let returned = false;
    let left = all.length;
    sink.publish(all, (index, verdict) => {
      if (!returned || verdicts[index] !== undefined) throw new Error('called inside publish, or twice');
      verdicts[index] = verdict;
      if ((left -= 1) === 0) resolve(verdicts);
    });
    returned = true;
    return promise;
  };
  return { requests, running, publish };
}

const kinds = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ kind }) => kind);
const bodyOf = ({ body }: HttpRequest): string => Buffer.from(body ?? []).toString();

describe('one request a result', () => {
  test('goes where the publication says, with its headers and the deadline', async () => {
    const { requests, publish } = scene(() => status(200));
    expect(await publish(publication('a'))).toEqual([{ kind: 'stored', duplicate: false }]);
    expect(requests[0]).toMatchObject({
      body: '"a"',
      request: {
        method: 'POST',
        url: 'https://a.example/x',
        deadlineMs: 1_000,
        headers: [
          ['Id', 'a'],
          ['Content-Type', 'application/json'],
        ],
      },
    });
  });

  test('never more at once than the job says', async () => {
    const { requests, running, publish } = scene(() => status(200));
    await publish(...'abcdefgh'.split('').map((id) => publication(id)));
    expect([requests.length, running.most]).toEqual([8, 2]);
  });

  test('is judged for itself', async () => {
    const codes: Record<string, number> = { '"a"': 200, '"b"': 422, '"c"': 503, '"d"': 500 };
    const { publish } = scene((request) => status(codes[bodyOf(request)] ?? 0));
    const verdicts = await publish(...'abcd'.split('').map((id) => publication(id)));
    expect(kinds(verdicts)).toEqual(['stored', 'own', 'destination', 'transient']);
  });
});

describe('the Authorization header', () => {
  test('is sent as it is now', async () => {
    let token = 'Bearer 1';
    const { requests, publish } = scene(() => status(200), { authorization: () => token });
    await publish(publication('a'));
    token = 'Bearer 2';
    await publish(publication('b'));
    expect(requests.map(({ request }) => request.headers.at(-1))).toEqual([
      ['Authorization', 'Bearer 1'],
      ['Authorization', 'Bearer 2'],
    ]);
  });

  test('that can’t be read holds everything, and nothing is sent without it', async () => {
    const spec = { ...SPEC, credentialsSecretName: 'hook-token' };
    const { requests, publish } = scene(() => status(200), { spec, authorization: () => undefined });
    expect(await publish(publication('a'))).toMatchObject([
      { kind: 'destination', reason: 'CredentialsMissing', code: 'hook-token' },
    ]);
    expect(requests).toEqual([]);
  });
});

describe('a batch', () => {
  const spec = { ...SPEC, batch: BATCH };

  test('is a JSON list, closed when it is full or has waited', async () => {
    const { requests, publish } = scene(() => status(200), { spec });
    await publish(...'abcde'.split('').map((id) => publication(id)));
    expect(requests.map(({ body }) => body)).toEqual(['["a","b","c","d"]', '["e"]']);
  });

  test('is closed before it would be too large; what is larger goes by itself', async () => {
    const { requests, publish } = scene(() => status(200), { spec: { ...SPEC, batch: { ...BATCH, maxBytes: 10 } } });
    await publish(publication('aaa'), publication('bbb'), publication('x'.repeat(50)), publication('c'));
    expect(requests.map(({ body }) => body.length)).toEqual([7, 7, 54, 5]);
  });

  test('of lines has one line for each, whatever breaks its JSON holds', async () => {
    const lines = { ...SPEC, batch: { ...BATCH, format: 'JsonLines' as const } };
    const { requests, publish } = scene(() => status(200), { spec: lines });
    await publish(publication('a', '{\r\n"a":\n"x\\ny"}'), publication('b'));
    expect(requests[0]?.body).toBe('{  "a": "x\\ny"}\n"b"\n');
  });

  test('has an id of its own, the same for the same members', async () => {
    const { requests, publish } = scene(() => status(200), { spec });
    const members = 'abcd'.split('').map((id) => publication(id));
    await publish(...members);
    await publish(...members);
    await publish(...members.toReversed());
    const [first, second, third] = requests.map(({ id }) => id);
    expect(first).toMatch(/^[\w-]{32}$/);
    expect([second === first, third === first]).toEqual([true, false]);
  });

  test('that is refused is halved until the one at fault is found; the others are confirmed', async () => {
    const { requests, publish } = scene((request) => status(bodyOf(request).includes('"c"') ? 422 : 200), { spec });
    const verdicts = await publish(...'abcd'.split('').map((id) => publication(id)));
    expect(kinds(verdicts)).toEqual(['stored', 'stored', 'own', 'stored']);
    expect(requests.map(({ body }) => body)).toEqual(['["a","b","c","d"]', '["a","b"]', '["c","d"]', '["c"]', '["d"]']);
  });

  test('that fails spends nobody’s attempt; next time its members go by themselves, until each is judged', async () => {
    let broken = true;
    const answer = (request: HttpRequest): HttpAnswer => status(broken || bodyOf(request).includes('"b"') ? 500 : 200);
    const { requests, publish } = scene(answer, { spec });
    const members = 'abcd'.split('').map((id) => publication(id));
    expect(await publish(...members)).toEqual(
      members.map(() => ({ kind: 'destination', reason: 'SinkRefuses', code: '500' })),
    );
    broken = false;
    expect(kinds(await publish(...members))).toEqual(['stored', 'transient', 'stored', 'stored']);
    expect(requests.slice(1).map(({ body }) => body)).toEqual(['["a"]', '["b"]', '["c"]', '["d"]']);
    await publish(...members.filter((_one, index) => index !== 1));
    expect(requests.at(-1)?.body).toBe('["a","c","d"]');
  });

  test.each<[name: string, answer: HttpAnswer, reason: string, code: string]>([
    ['no answer', { kind: 'timeout' }, 'SinkUnreachable', 'Timeout'],
    ['a server that is away', status(503), 'SinkRefuses', '503'],
  ])('with %s is the destination’s', async (_name, answer, reason, code) => {
    const { publish } = scene(() => answer, { spec });
    expect(await publish(publication('a'), publication('b'))).toMatchObject([
      { kind: 'destination', reason, code },
      { kind: 'destination', reason, code },
    ]);
  });
});
