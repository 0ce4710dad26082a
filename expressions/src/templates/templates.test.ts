import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EvaluationError } from '../evaluation-error.ts';
import { compileTemplate, type Render, type TemplateKind } from '../template.ts';

const message = { subject: 'flights.LAX', headers: {}, time: 0, sequence: 7, deliveries: 1 };

function compiled(source: string, kind: TemplateKind): Render {
  const result = compileTemplate(source, kind);
  if (!result.ok) throw new Error(result.problem.explained);
  return result.render;
}

const keyOf = (value: unknown): string => compiled('${event}', 'kv-key')(value, message);
const urlOf = (value: unknown): string => compiled('https://a.example/o/${event}', 'url')(value, message);

describe('a key of a KV bucket', () => {
  test.each([
    ['LAX', 'LAX'],
    ['a-b_c/d', 'a-b_c/d'],
    ['', '=empty'],
    ['=empty', '=3Dempty'],
    ['a.b c', 'a=2Eb=20c'],
    ['>*', '=3E=2A'],
    ['é😀', '=C3=A9=F0=9F=98=80'],
    ['_kv', '=5Fkv'],
    ['_kv.x', '=5Fkv=2Ex'],
    ['_', '_'],
    [7, '7'],
    [-1.5, '-1=2E5'],
    [true, 'true'],
  ])('of %j is %s', (value, expected) => {
    expect(keyOf(value)).toBe(expected);
  });

  test('has the tokens of its template', () => {
    expect(compiled('devices.${event.id}.last', 'kv-key')({ id: 'a.b' }, message)).toBe('devices.a=2Eb.last');
  });

  test('is another for another value, in the alphabet of KV', () => {
    const text = fc.string({ unit: fc.constantFrom('=', '.', '5', 'F', '_', 'k', 'v', 'é', '/', ' ', 'empty') });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(keyOf(one)).toMatch(/^[-/_=a-zA-Z0-9]+$/);
        expect(keyOf(one) === keyOf(other)).toBe(one === other);
        expect(keyOf(one)).not.toMatch(/^_kv/);
      }),
    );
  });

  test.each([
    'a..b',
    '.a',
    'a.',
    'a b',
    'a>b',
    'ä',
    '_kv.a',
    '${event.a}${event.b}',
    'a.${event.a}x${event.b}',
    '$KV.a',
  ])('can’t be written %s', (source) => {
    expect(compileTemplate(source, 'kv-key').ok).toBe(false);
  });

  test('can’t be too long or hold half a character', () => {
    expect(() => keyOf('x'.repeat(901))).toThrow(EvaluationError);
    expect(() => keyOf('ä'.repeat(300))).toThrow(EvaluationError);
    expect(() => keyOf('\ud800')).toThrow(EvaluationError);
  });
});

describe('a URL', () => {
  test.each([
    ['17', '17'],
    ['a/b?c#d&e=f', 'a%2Fb%3Fc%23d%26e%3Df'],
    ['../../admin', '..%2F..%2Fadmin'],
    ['%2e%2e', '%252e%252e'],
    ['é 😀', '%C3%A9%20%F0%9F%98%80'],
    ['a\r\nb', 'a%0D%0Ab'],
    ['@evil.example', '%40evil.example'],
    ['\\evil', '%5Cevil'],
    [1.5, '1.5'],
  ])('takes %j as one component', (value, expected) => {
    const url = urlOf(value);
    expect(url).toBe(`https://a.example/o/${expected}`);
    expect(new URL(url).pathname).toBe(`/o/${expected}`);
    expect(new URL(url).host).toBe('a.example');
  });

  test.each(['', '.', '..', '\ud800', 'x'.repeat(9000)])('can’t hold %j', (value) => {
    expect(() => urlOf(value)).toThrow(EvaluationError);
  });

  test('can’t be led elsewhere by values that go together', () => {
    expect(() => compiled('https://a.example/${event}${event}/x', 'url')('.', message)).toThrow(EvaluationError);
    expect(compiled('https://a.example/a${event}/x', 'url')('..', message)).toBe('https://a.example/a../x');
  });

  test('may have empty values and dots in its query', () => {
    const render = compiled('https://a.example/o?a=${event.a}&b=${event.b}', 'url');
    expect(render({ a: '', b: '..' }, message)).toBe('https://a.example/o?a=&b=..');
  });

  test.each([
    'https://a.example',
    'http://a.example:8080/x?y=z',
    'https://a.example?x=${event.x}',
    'HTTPS://A.example/%20',
    'https://[fd00::1]:8443/a',
  ])('%s is one', (source) => {
    expect(compileTemplate(source, 'url').ok).toBe(true);
  });

  test.each([
    '${event.url}',
    'https://${event.host}/a',
    'https://a.${event.host}/a',
    'https://a.example${event.path}',
    'https://a.example:${event.port}/',
    'https://a.example:${event.port}',
    'https://user@a.example/',
    'https://user:pw@a.example/${event.a}',
    'ftp://a.example/',
    '//a.example/',
    'a.example/${event.a}',
    'https:///a',
    'https://a b/',
    'https://a.example/a b',
    'https://a.example/ä',
    'https://a.example/#x',
    'https://a.example/%zz',
    'https://a.example\\b/',
    'https://a.example/a/../b',
    'https://a.example/%2E%2e/b',
    'https://a:99999/',
  ])('%s is none', (source) => {
    expect(compileTemplate(source, 'url').ok).toBe(false);
  });
});
