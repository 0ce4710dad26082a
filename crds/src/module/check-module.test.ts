import { describe, expect, test } from '@jest/globals';
import { checkModule } from './check-module.ts';

describe('a module that is taken', () => {
  const cases: Record<string, string> = {
    'an arrow function': 'export default (event) => ({ ...event, score: 1 })',
    'an async function': 'export default async function score(event, message) { return [event]; }',
    'a generator, which will fail when it is run': 'export default function* (event) { yield event; }',
    'something that may be a function': 'const score = (e) => e;\nexport { score as default };',
    'top-level await': 'const start = await Promise.resolve(1);\nexport default () => start;',
    'more exports': 'export const VERSION = 1;\nexport default (event) => event;',
    'as large as it may be': `export default () => null;//${'x'.repeat(64 * 1024 - 28)}`,
  };
  test.each(Object.entries(cases))('%s', (_name, source) => {
    expect(checkModule(source)).toEqual({ ok: true });
  });
});

describe('a module that is refused', () => {
  const cases: Record<string, [source: string, message: RegExp, line: number, column: number]> = {
    'a syntax error': ['export default (event) => {\n  return event..x;\n}', /unexpected token/, 2, 16],
    'an unfinished one': ['export default (event) => {', /unexpected token/, 1, 28],
    'a name twice': ['const a = 1;\nconst a = 2;\nexport default () => a;', /already been declared/, 2, 7],
    'no default export': ['export const score = 1;\n', /no default export/, 2, 1],
    'a default export of something else': ['export default { score: 1 };', /must be a function/, 1, 16],
    'a class': ['export default class {}', /must be a function/, 1, 16],
    'an import': ["import fs from 'node:fs';\nexport default () => fs;", /can import nothing/, 1, 1],
    'a dynamic import': ["export default async () => (await import('node:fs')).x;", /can import nothing/, 1, 35],
    'an export of another file': ["export { default } from './x.js';", /can import nothing/, 1, 1],
    'all exports of another file': ["export * from './x.js';", /can import nothing/, 1, 1],
    'a script': ['module.exports = (event) => event;', /no default export/, 1, 35],
    nothing: ['', /no default export/, 1, 1],
    'too many bytes': [`export default () => null;//${'ü'.repeat(40_000)}`, /larger than 64 KiB/, 1, 1],
    'too deep a nesting': [`export default ${'('.repeat(60_000)}`, /nests too deeply/, 1, 1],
  };
  test.each(Object.entries(cases))('%s', (_name, [source, message, line, column]) => {
    const checked = checkModule(source);
    expect(checked).toMatchObject({ ok: false, problem: { line, column } });
    expect(checked.ok ? '' : checked.problem.message).toMatch(message);
  });

  test('the place is shown', () => {
    const checked = checkModule('export default (event) => {\n  return event..x;\n}');
    expect(checked.ok ? '' : checked.problem.explained).toBe(
      ['unexpected token (line 2, column 16)', '', '  return event..x;'.padStart(20), `${' '.repeat(17)}^`].join('\n'),
    );
  });
});
