import { describe, expect, test } from '@jest/globals';
import { type BucketEntry } from '@streamjob/nats';
import { Table } from './table.ts';

const MISSING = { kind: 'missing' };
const found = (value: unknown, inexact = false) => ({ kind: 'found', value, inexact });

function scene({
  format = 'Json' as const,
  maxBytes = 1_000_000,
}: { format?: 'Json' | 'Text'; maxBytes?: number } = {}) {
  let nowMs = 1_000;
  const table = new Table({ format, maxBytes, clock: { wallMs: () => nowMs } });
  const put = (key: string, value: string | Uint8Array, more: Partial<BucketEntry> = {}): void => {
    table.put({ key, value: Buffer.from(value), revision: 1, storedMs: nowMs, ...more });
  };
  const at = (ms: number): void => {
    nowMs = ms;
  };
  return { table, put, at };
}

describe('a table of a bucket', () => {
  test.each<[string, string | Uint8Array, object]>([
    ['JSON', '{"a":[1,null]}', found({ a: [1, null] })],
    ['a long number', '{"a":9007199254740993}', found({ a: 9007199254740993n }, true)],
    ['other scripts', '"übel 日本 😀"', found('übel 日本 😀')],
    ['no JSON', 'x', { kind: 'failed', error: 'the value that was looked up is not valid JSON' }],
    ['nothing', '', { kind: 'failed', error: 'the value that was looked up is not valid JSON' }],
    ['no UTF-8', Uint8Array.of(0xff), { kind: 'failed', error: 'the value that was looked up is not valid UTF-8' }],
    [
      'a key twice',
      '{"a":1,"a":2}',
      { kind: 'failed', error: 'an object in the value that was looked up has the same key twice' },
    ],
  ])('reads %s', (_name, value, expected) => {
    const { table, put } = scene();
    put('k', value);
    expect(table.get('k')).toEqual(expected);
    expect(table.get('k')).toEqual(expected);
  });

  test('reads text', () => {
    const { table, put } = scene({ format: 'Text' });
    put('k', 'übel');
    expect(table.get('k')).toEqual(found('übel'));
  });

  test('gives the same object again, and another after a change', () => {
    const { table, put } = scene();
    put('k', '{"a":1}');
    const first = table.get('k');
    expect(table.get('k')).toBe(first);
    put('k', '{"a":2}');
    expect(table.get('k')).toEqual(found({ a: 2 }));
    table.delete('k');
    expect(table.get('k')).toEqual(MISSING);
  });

  test('keys that objects have by themselves are keys like others', () => {
    const { table, put } = scene();
    expect(table.get('__proto__')).toEqual(MISSING);
    expect(table.get('constructor')).toEqual(MISSING);
    put('__proto__', '1');
    expect(table.get('__proto__')).toEqual(found(1));
  });

  test('a value is gone when its life is over, read or not', () => {
    const { table, put, at } = scene();
    put('read', '1', { livesMs: 500 });
    put('unread', '1', { livesMs: 500 });
    expect(table.get('read')).toEqual(found(1));
    at(1_499);
    expect(table.get('read')).toEqual(found(1));
    at(1_500);
    expect([table.get('read'), table.get('unread')]).toEqual([MISSING, MISSING]);
  });

  test('what is not told again by the end of a load is gone', () => {
    const { table, put } = scene();
    table.begin();
    for (const key of ['a', 'b', 'c']) put(key, '1');
    table.delete('d');
    table.caughtUp();
    expect(table.keys).toBe(4);
    table.begin();
    put('a', '2');
    table.delete('b');
    table.caughtUp();
    expect([table.get('a'), table.get('b'), table.get('c')]).toEqual([found(2), MISSING, MISSING]);
    expect(table.keys).toBe(2);
  });

  test('counts what it holds', () => {
    const { table, put } = scene();
    for (let round = 0; round < 3; round += 1)
      for (let key = 0; key < 100; key += 1) put(`k${key}`, 'x'.repeat(100 * round));
    const full = table.bytes;
    expect(full).toBeGreaterThan(100 * 200);
    for (let key = 0; key < 100; key += 1) table.delete(`k${key}`);
    expect(table.bytes).toBe(full - 100 * 200);
    table.begin();
    table.caughtUp();
    expect([table.bytes, table.keys]).toEqual([0, 0]);
  });
});
