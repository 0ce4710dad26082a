import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type OutputFile } from 'esbuild';

export const repositoryDir = join(import.meta.dirname, '..', '..', '..');

export const programs = ['operator', 'worker'] as const;
export type Program = (typeof programs)[number];

export interface Bundle {
  readonly program: Program;
  /** What goes into the image: `dist/<program>`, with `main.mjs` as the entry. */
  readonly dir: string;
  /** Of the folder's content: the same sources give the same hash on any machine. */
  readonly hash: string;
}

/** What the program starts as processes of its own, beside `main.mjs`. */
const MORE_ENTRIES: Readonly<Record<Program, readonly { in: string; out: string }[]>> = {
  operator: [],
  worker: [{ in: 'worker/src/code/runner.ts', out: 'code-runner' }],
};

// Dependencies in CommonJS ask for Node's own modules by `require`, which an ES module doesn't have.
const BANNER = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/** Bundles one program with all of its dependencies into `dist/<program>/main.mjs`, its source map into `dist/maps`. */
export async function bundle(program: Program): Promise<Bundle> {
  const dir = join(repositoryDir, 'dist', program);
  const { outputFiles } = await build({
    absWorkingDir: repositoryDir,
    entryPoints: [{ in: `${program}/src/main.ts`, out: 'main' }, ...MORE_ENTRIES[program]],
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'external',
    legalComments: 'linked',
    banner: { js: BANNER },
    logLevel: 'warning',
  });
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const file of outputFiles) writeFileSync(destination(program, dir, file), file.contents);
  return { program, dir, hash: hashDir(dir) };
}

/** A hash of a folder's file names and contents, 12 hex digits. */
export function hashDir(dir: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    hash.update(`${path.slice(dir.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}

/** Maps are for people who debug: they stay out of the image. */
function destination(program: Program, dir: string, file: OutputFile): string {
  const name = basename(file.path);
  if (!name.endsWith('.map')) return join(dir, name);
  const maps = join(repositoryDir, 'dist', 'maps');
  mkdirSync(maps, { recursive: true });
  return join(maps, `${program}.${name}`);
}
