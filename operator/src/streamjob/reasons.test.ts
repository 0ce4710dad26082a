import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { REASONS_PATH, reasonsPage } from './reasons-page.ts';
import { reasons } from './reasons.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('the page of reasons is the one that is committed: run `npm run generate`', () => {
  expect(readFileSync(join(ROOT, REASONS_PATH), 'utf8')).toBe(reasonsPage());
});

test('every reason that is listed is raised somewhere', () => {
  const files = globSync('{operator,worker,nats}/src/**/*.ts', { cwd: ROOT }).filter(
    (path) => !/\.test\.ts$|\/reasons(-page)?\.ts$/.test(path),
  );
  const source = files.map((path) => readFileSync(join(ROOT, path), 'utf8')).join('\n');
  expect(Object.keys(reasons).filter((reason) => !source.includes(`'${reason}'`))).toEqual([]);
});

test('every reason is one CamelCase word with a meaning and a cure', () => {
  for (const [reason, { meaning, cure }] of Object.entries(reasons)) {
    expect(reason).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(meaning).toMatch(/\.$/);
    expect(cure).toMatch(/\.$/);
  }
});
