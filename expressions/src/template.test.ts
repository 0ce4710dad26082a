import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EvaluationError } from './evaluation-error.ts';
import { compileTemplate, type Render } from './template.ts';
import { InexactNumber } from './values/inexact-number.ts';

const message = { subject: 'flights.LAX', headers: { h: 'v' }, time: 0, sequence: 7, deliveries: 1 };

function compiled(source: string, kind: 'subject' | 'text'): Render {
  const result = compileTemplate(source, kind);
  if (!result.ok) throw new Error(result.problem.explained);
  return result.render;
}

const token = (value: unknown): string => compiled('out.${event}', 'subject')(value, message).slice('out.'.length);

test.each([
  ['alerts.all', 'alerts.all'],
  ['alerts.${event.origin}', 'alerts.LAX'],
  ['alerts.${event.origin}.late', 'alerts.LAX.late'],
  ['a.p-${event.origin}-s.${message.sequence}', 'a.p-LAX-s.7'],
  ['a.${message.subject}', 'a.flights%2ELAX'],
  ['a.${"}" + \'{\' + """}""" + r"}\\d" + "\\"}"}', 'a.%7D%7B%7D%7D%5Cd%22%7D'],
  ['a.${{"x": {"y": "z"}}.x.y}', 'a.z'],
  ['a.${event.origin // }\n}', 'a.LAX'],
  ['a.$${b}.c$d', 'a.${b}.c$d'],
  ['a.${ event.late ? "late" : "soon" }', 'a.late'],
])('subject %s', (source, subject) => {
  expect(compiled(source, 'subject')({ origin: 'LAX', late: true }, message)).toBe(subject);
});

test.each([
  ['LAX', 'LAX'],
  ['a-b_c=d+e~f:g@h', 'a-b_c=d+e~f:g@h'],
  ['', '%empty'],
  ['%empty', '%25empty'],
  ['>', '%3E'],
  ['*', '%2A'],
  ['a.b c', 'a%2Eb%20c'],
  ['$JS', '%24JS'],
  ['\r\n\0\x7f', '%0D%0A%00%7F'],
  ['é😀', '%C3%A9%F0%9F%98%80'],
  [5, '5'],
  [1.5, '1%2E5'],
  [-3, '-3'],
  [true, 'true'],
  [9007199254740993n, '9007199254740993'],
])('%j becomes the token %s', (value, expected) => {
  expect(token(value)).toBe(expected);
});

test.each([
  ['a long text', 'x'.repeat(10_000), /too long for the subject/],
  ['a text that is long with its escapes', 'é'.repeat(100), /too long for the subject/],
  ['a lone surrogate', 'SECRET\ud800', /half a character/],
  ['null', null, /needs a text, found null/],
  ['a list', ['SECRET'], /needs a text, found a list/],
  ['a map', { SECRET: 1 }, /needs a text, found a map/],
  ['bytes', new Uint8Array(3), /needs a text, found bytes/],
  ['an inexact number', new InexactNumber('0.1234567890123456789'), /too many digits/],
])('%s becomes no token', (_, value, text) => {
  expect(() => token(value)).toThrow(EvaluationError);
  expect(() => token(value)).toThrow(text);
  expect(() => token(value)).not.toThrow(/SECRET|0\.123/);
});

describe('escaping', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('%', '2', 'E', '.', '*', '>', ' ', '\0', 'é', 'empty', '$'), maxLength: 8 }),
  );
  const tokenOrFailure = (text: string): string | undefined => {
    try {
      return token(text);
    } catch {
      return undefined;
    }
  };

  test('gives one token of safe characters, which reads back', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = tokenOrFailure(text);
        fc.pre(escaped !== undefined);
        expect(escaped).toMatch(/^[A-Za-z0-9_=+~:@%-]{1,255}$/);
        expect(escaped === '%empty' ? '' : decodeURIComponent(escaped)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives two texts two tokens', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const [x, y] = [tokenOrFailure(a), tokenOrFailure(b)];
        fc.pre(x !== undefined && y !== undefined);
        expect(x === y).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });
});

test('a subject of many values is bounded as a whole', () => {
  const render = compiled(`a${'.${event}'.repeat(10)}`, 'subject');
  expect(render('x', message)).toBe(`a${'.x'.repeat(10)}`);
  expect(() => render('x'.repeat(200), message)).toThrow('the subject is longer than 1024 characters');
});

test.each([
  ['plain', 'plain'],
  ['${event.origin} at ${message.time}', 'LAX at 1970-01-01T00:00:00Z'],
  ['${event.odd}', 'a, b.*>é'],
  ['$${x} costs $5', '${x} costs $5'],
  ['${event.none}', ''],
  ['${duration("90s")} ${5u} ${1.5} ${message.headers.h}', '90s 5 1.5 v'],
])('text %s', (source, text) => {
  expect(compiled(source, 'text')({ origin: 'LAX', odd: 'a, b.*>é', none: '' }, message)).toBe(text);
});

test.each([
  ['a\r\nNats-Msg-Id: 1'],
  ['a\n'],
  ['\0'],
  ['a\tb'],
  ['\u0085'],
  ['\ud800'],
  ['x'.repeat(5000)],
  [null],
  [[]],
])('a header never holds %j', (value) => {
  expect(() => compiled('${event}', 'text')(value, message)).toThrow(EvaluationError);
});

test('an error tells the place in the template', () => {
  expect(() => compiled('a.b.${event.missing}', 'subject')({}, message)).toThrow('no such field: missing (column 13)');
});

test.each([
  ['subject', '', 1, 'the template is empty'],
  ['subject', '${event.origin}', 1, 'the first token of the subject must be fixed'],
  ['subject', 'a${event.origin}.b', 1, 'the first token of the subject must be fixed'],
  ['subject', '${"fixed"}.a', 1, 'the first token of the subject must be fixed'],
  ['subject', '$JS.API.${event.x}', 1, 'subjects that begin with $ belong to NATS'],
  ['subject', '$${x}.a', 1, 'subjects that begin with $ belong to NATS'],
  ['subject', 'a..${event.x}', 3, 'the subject has an empty token'],
  ['subject', 'a.${event.x}.', 14, 'the subject has an empty token'],
  ['subject', '.a', 1, 'the subject has an empty token'],
  ['subject', 'a.*.b', 3, 'a subject to publish to has no wildcards'],
  ['subject', 'a.>', 3, 'a subject to publish to has no wildcards'],
  ['subject', 'a b', 2, 'a subject has no spaces or control characters'],
  ['subject', 'a.\ud800', 3, 'a subject has no spaces or control characters'],
  ['subject', 'a.${event.x}${event.y}', 3, 'a token of the subject can hold one ${…} only'],
  ['subject', 'a.${event.x}-${event.y}', 3, 'a token of the subject can hold one ${…} only'],
  ['subject', 'a.${event.x', 3, '"${" has no closing "}"'],
  ['subject', 'a.${"}', 5, 'the text has no closing quote'],
  ['subject', 'a.${}', 5, 'the expression is empty'],
  ['subject', 'a.${evnt.x}', 5, 'no such name: evnt'],
  ['subject', 'a.${[1]}', 5, 'the template needs a text, and the expression gives list<int>'],
  ['subject', `${'a.'.repeat(600)}a`, 1, 'the subject is longer than 1024 characters'],
  ['text', 'a\nb', 2, 'a header has no line breaks or control characters'],
  ['text', '\ud800', 1, 'a value for the text holds half a character'],
  ['text', 'a ${event.x + } b', 15, 'unexpected the end of the expression'],
  ['text', 'x'.repeat(5000), 1, 'longer than 4096 characters'],
] as const)('%s template %s is refused', (kind, source, column, text) => {
  const result = compileTemplate(source, kind);
  expect(result).toMatchObject({ ok: false, problem: { column, message: expect.stringContaining(text) } });
});
