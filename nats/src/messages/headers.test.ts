import { describe, expect, test } from '@jest/globals';
import { headers as libraryHeaders } from '@nats-io/transport-node';
import { headerBlock, isValidHeader, parseHeaders, parseStatus } from './headers.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const block = (...lines: string[]) => bytes(`NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);

describe('parseHeaders', () => {
  test.each([
    { what: 'none', raw: bytes(''), entries: [] },
    { what: 'an empty block', raw: block(), entries: [] },
    {
      what: 'several, in order',
      raw: block('B: 1', 'a:2', 'B: 3'),
      entries: [
        ['B', '1'],
        ['a', '2'],
        ['B', '3'],
      ],
    },
    { what: 'colons and blanks', raw: block('T:  x:y  '), entries: [['T', 'x:y']] },
    {
      what: 'a bare newline, on which the library throws',
      raw: block('A: x\ny', 'B: 1'),
      entries: [
        ['A', 'x\ny'],
        ['B', '1'],
      ],
    },
    { what: 'a line without a colon or without a name', raw: block('junk', ': v', 'B: 1'), entries: [['B', '1']] },
    {
      what: 'bytes that are no UTF-8',
      raw: new Uint8Array([...bytes('NATS/1.0\r\nA: '), 0xff, ...bytes('\r\n\r\n')]),
      entries: [['A', '\ufffd']],
    },
    {
      what: 'names of object members',
      raw: block('__proto__: x', 'constructor: y'),
      entries: [
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ],
    },
  ])('$what', ({ raw, entries }) => {
    expect(parseHeaders(raw).entries).toEqual(entries);
  });

  test('finds the first and all values of a name as written', () => {
    const parsed = parseHeaders(block('A: 1', 'a: 2', 'A: 3'));
    expect([parsed.get('A'), parsed.values('A'), parsed.get('x'), parsed.values('x')]).toEqual([
      '1',
      ['1', '3'],
      undefined,
      [],
    ]);
  });
});

describe('parseStatus', () => {
  test.each([
    { raw: 'NATS/1.0 503\r\n\r\n', status: { code: 503, text: '' } },
    {
      raw: 'NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 1\r\n\r\n',
      status: { code: 408, text: 'Request Timeout' },
    },
    { raw: 'NATS/1.0\r\nA: 1\r\n\r\n', status: undefined },
    { raw: 'NATS/1.0 \r\n\r\n', status: undefined },
    { raw: '', status: undefined },
  ])('$raw', ({ raw, status }) => {
    expect(parseStatus(bytes(raw))).toEqual(status);
  });
});

test.each([
  { name: 'Nats-Msg-Id', value: 'x', valid: true },
  { name: 'a', value: '', valid: true },
  { name: 'a', value: 'ü\t✓', valid: true },
  { name: '', value: 'x', valid: false },
  { name: 'a b', value: 'x', valid: false },
  { name: 'a:b', value: 'x', valid: false },
  { name: 'ä', value: 'x', valid: false },
  { name: 'a', value: 'x\ny', valid: false },
  { name: 'a', value: 'x\ry', valid: false },
  { name: 'a', value: 'x\0y', valid: false },
])('isValidHeader $name: $value', ({ name, value, valid }) => {
  expect(isValidHeader(name, value)).toBe(valid);
});

test('headerBlock gives the library’s bytes', () => {
  const entries = [
    ['Nats-Msg-Id', 'abc'],
    ['Trace', 'ü'],
  ] as const;
  const theirs = libraryHeaders();
  for (const [name, value] of entries) theirs.append(name, value);
  expect(bytes(headerBlock(entries))).toEqual((theirs as unknown as { encode(): Uint8Array }).encode());
  expect(parseHeaders(bytes(headerBlock(entries))).entries).toEqual(entries);
});
