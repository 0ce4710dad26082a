import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { PACKAGE_FOLDERS, rules } from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');

async function violations(baseDir: string, folders: readonly string[]): Promise<string[]> {
  const { output } = await cruise([...folders], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: rules },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  });
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

test('import arrows, cycles and library owners hold', async () => {
  expect(await violations(ROOT, PACKAGE_FOLDERS)).toEqual([]);
}, 120_000);

describe('the rules catch', () => {
  let base = '';
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  /** A repository of a few files, so that a planted fault never touches the real one. */
  function plant(files: Readonly<Record<string, string>>): string {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'architecture-')));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(base, name)), { recursive: true });
      writeFileSync(join(base, name), text);
    }
    return base;
  }

  const target = 'export type A = 1; export const a = 1;';
  const cases: Record<string, { files: Record<string, string>; expected: RegExp }> = {
    'an arrow upwards': {
      files: { 'crds/src/a.ts': "export { a } from '../../telemetry/src/b.ts';", 'telemetry/src/b.ts': target },
      expected: /crds imports only/,
    },
    'the two programs importing each other, if only a type': {
      files: { 'worker/src/a.ts': "export type { A } from '../../operator/src/b.ts';", 'operator/src/b.ts': target },
      expected: /worker imports only/,
    },
    'a product package importing what only tests may': {
      files: { 'nats/src/a.ts': "export { a } from '../../hack/src/b.ts';", 'hack/src/b.ts': target },
      expected: /nats imports only/,
    },
    'a library outside its owner': {
      files: {
        'worker/src/a.ts': "export { pino } from 'pino';",
        'node_modules/pino/package.json': '{"name":"pino","main":"index.js"}',
        'node_modules/pino/index.js': 'exports.pino = 1;',
      },
      expected: /pino is imported only/,
    },
    'a cycle': {
      files: { 'crds/src/a.ts': "export { b } from './b.ts';", 'crds/src/b.ts': "export { a } from './a.ts';" },
      expected: /no cycles/,
    },
  };
  test.each(Object.entries(cases))(
    '%s',
    async (_name, { files, expected }) => {
      const folders = PACKAGE_FOLDERS.filter((folder) => Object.keys(files).some((file) => file.startsWith(folder)));
      expect((await violations(plant(files), folders)).join('\n')).toMatch(expected);
    },
    60_000,
  );
});
