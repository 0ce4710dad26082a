import { describe, expect, test } from '@jest/globals';
import { type HttpAnswer, type HttpRequest } from '../../http/index.ts';
import { HttpLookup, meaningOf, type HttpLookupDeps } from './http-lookup.ts';
import { urlWith } from './url.ts';

const answered = (status: number, body = '', retryAfterMs?: number): HttpAnswer => ({
  kind: 'answered',
  status,
  body: Buffer.from(body),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const unreachable = (code: string, retryAfterMs?: number) => ({
  kind: 'unavailable',
  reason: 'LookupUnreachable',
  code,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('what an answer means', () => {
  test.each<[string, HttpAnswer, object]>([
    ['a value', answered(200, '{"a":1}'), { kind: 'found', value: { a: 1 }, inexact: false }],
    ['a value with another status', answered(203, '1'), { kind: 'found', value: 1, inexact: false }],
    ['a long number', answered(200, '9007199254740993'), { kind: 'found', value: 9007199254740993n, inexact: true }],
    ['no JSON', answered(200, '<html>'), { kind: 'failed', error: 'the value that was looked up is not valid JSON' }],
    ['nothing', answered(204), { kind: 'failed', error: 'the value that was looked up is not valid JSON' }],
    ['not found', answered(404, 'no such customer'), { kind: 'missing' }],
    ['a bad request', answered(400), { kind: 'failed', error: 'the server refuses the key (HTTP 400)' }],
    ['gone', answered(410), { kind: 'failed', error: 'the server refuses the key (HTTP 410)' }],
    ['not logged in', answered(401), unreachable('HTTP 401')],
    ['not allowed', answered(403), unreachable('HTTP 403')],
    ['a server that waited too long', answered(408), unreachable('HTTP 408')],
    ['too many requests', answered(429, '', 3_000), unreachable('HTTP 429', 3_000)],
    ['a broken server', answered(500), unreachable('HTTP 500')],
    ['a server that is away', answered(503, '', 1_000), unreachable('HTTP 503', 1_000)],
    ['a redirect', answered(302), unreachable('HTTP 302')],
    ['no connection', { kind: 'unreachable', code: 'ECONNREFUSED' }, unreachable('ECONNREFUSED')],
    ['no answer in time', { kind: 'timeout' }, unreachable('Timeout')],
    ['a host that is not allowed', { kind: 'forbidden', host: 'a.example' }, unreachable('HostNotAllowed a.example')],
    [
      'too much',
      { kind: 'too-large', status: 200 },
      { kind: 'failed', error: 'the value that was looked up exceeds 1048576 bytes' },
    ],
    ['a long error page', { kind: 'too-large', status: 503, retryAfterMs: 5 }, unreachable('HTTP 503', 5)],
    ['a long page of what is not there', { kind: 'too-large', status: 404 }, { kind: 'missing' }],
  ])('%s', (_name, answer, expected) => {
    expect(meaningOf(answer, 'Json')).toEqual(expected);
  });

  test('text is text', () => {
    expect(meaningOf(answered(200, '<html>'), 'Text')).toEqual({ kind: 'found', value: '<html>', inexact: false });
    expect(meaningOf(answered(204), 'Text')).toEqual({ kind: 'found', value: '', inexact: false });
  });
});

describe('a key in a URL', () => {
  test.each([
    ['https://a.example/${key}', '42', 'https://a.example/42'],
    ['https://a.example/${key}/b?c=${key}', 'a/b?c=d&e', 'https://a.example/a%2Fb%3Fc%3Dd%26e/b?c=a%2Fb%3Fc%3Dd%26e'],
    ['https://a.example/${key}', '$&', 'https://a.example/%24%26'],
    ['https://a.example/${key}', 'ü 😀', 'https://a.example/%C3%BC%20%F0%9F%98%80'],
    ['https://a.example/${key}', '...', 'https://a.example/...'],
    ['https://a.example/${key}', '.', undefined],
    ['https://a.example/${key}', '..', undefined],
    ['https://a.example/${key}', '\ud800', undefined],
  ])('%s with %j', (template, key, url) => {
    expect(urlWith(template, key)).toBe(url);
  });
});

function scene(answers: readonly HttpAnswer[], more: Partial<HttpLookupDeps> = {}) {
  let nowMs = 0;
  const requests: HttpRequest[] = [];
  const lookup = new HttpLookup(
    {
      url: 'https://a.example/${key}',
      headers: [['Accept', 'application/json']],
      format: 'Json',
      timeoutMs: 2_000,
      concurrency: 4,
      cache: { ttlMs: 60_000, missTtlMs: 5_000, maxEntries: 100 },
    },
    {
      client: {
        request: (request) => {
          requests.push(request);
          return Promise.resolve(answers[requests.length - 1] ?? answered(500));
        },
      },
      clock: { monotonicMs: () => nowMs },
      ...more,
    },
  );
  const at = (ms: number): void => {
    nowMs = ms;
  };
  return { lookup, requests, at };
}

describe('looking up', () => {
  test('asks once while the value may be kept', async () => {
    const { lookup, requests, at } = scene([answered(200, '1'), answered(200, '2')]);
    expect(await lookup.get('42')).toMatchObject({ value: 1 });
    at(59_999);
    expect(lookup.get('42')).toMatchObject({ value: 1 });
    at(60_000);
    expect(await lookup.get('42')).toMatchObject({ value: 2 });
    expect(requests).toHaveLength(2);
    expect(requests[0]).toEqual({
      method: 'GET',
      url: 'https://a.example/42',
      headers: [['Accept', 'application/json']],
      deadlineMs: 2_000,
      maxAnswerBytes: 1_048_576,
    });
  });

  test('misses and wrong values are remembered for a shorter while, outages not at all', async () => {
    const { lookup, requests, at } = scene([
      answered(404),
      answered(503),
      answered(200, 'no JSON'),
      answered(200, '1'),
    ]);
    expect(await lookup.get('a')).toEqual({ kind: 'missing' });
    at(4_999);
    expect(lookup.get('a')).toEqual({ kind: 'missing' });
    at(5_000);
    expect(await lookup.get('a')).toMatchObject({ kind: 'unavailable' });
    expect(await lookup.get('a')).toMatchObject({ kind: 'failed' });
    expect(await lookup.get('a')).toMatchObject({ kind: 'failed' });
    at(10_000);
    expect(await lookup.get('a')).toMatchObject({ value: 1 });
    expect(requests).toHaveLength(4);
  });

  test('a key that can’t stand in a URL asks nobody', async () => {
    const { lookup, requests } = scene([]);
    expect(await lookup.get('..')).toEqual({ kind: 'failed', error: 'the key can’t stand in a URL' });
    expect(requests).toEqual([]);
  });

  test('sends what it proves itself with, and waits while it has none', async () => {
    const secret: { token?: string } = {};
    const { lookup, requests } = scene([answered(200, '1')], { authorization: () => secret.token });
    expect(await lookup.get('a')).toEqual(unreachable('CredentialsMissing'));
    secret.token = 'Bearer x';
    expect(await lookup.get('a')).toMatchObject({ value: 1 });
    expect(requests.map(({ headers }) => headers)).toEqual([
      [
        ['Accept', 'application/json'],
        ['Authorization', 'Bearer x'],
      ],
    ]);
  });
});
