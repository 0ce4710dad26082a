import { describe, expect, test } from '@jest/globals';
import { fits, forwardedHeaders } from './headers.ts';
import { sourceMessage } from './testing/source-message.ts';

describe('forwardedHeaders', () => {
  test('passes on what is not the server’s and what any client can read', () => {
    const headers = [
      ['traceparent', '00-1'],
      ['Nats-Msg-Id', 'x'],
      ['nats-expected-stream', 'OTHER'],
      ['Tag', 'a'],
      ['Tag', 'b'],
      ['bad name', 'x'],
      ['', 'x'],
      ['Split', 'a\nb'],
    ] as const;
    expect(forwardedHeaders(sourceMessage('{}', { headers }))).toEqual([
      ['traceparent', '00-1'],
      ['Tag', 'a'],
      ['Tag', 'b'],
    ]);
  });
});

describe('fits', () => {
  /** As clients write them. */
  const written = (headers: readonly (readonly [string, string])[]) =>
    Buffer.byteLength(`NATS/1.0\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  const cases: Record<string, readonly (readonly [string, string])[]> = {
    'no headers': [],
    'one header': [['a', 'b']],
    'letters of several bytes': [
      ['a', '✈é😀'],
      ['b', ''],
    ],
  };
  test.each(Object.entries(cases))('%s: exactly up to the limit', (_name, headers) => {
    const bytes = 100 + written(headers);
    expect(fits(headers, 100, bytes)).toBe(true);
    expect(fits(headers, 100, bytes - 1)).toBe(false);
  });
});
