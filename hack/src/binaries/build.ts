import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Progress } from '../progress.ts';
import { CommandFailed, run } from '../process/run.ts';
import { goModulesDir } from './cache.ts';
import { type Recipe } from './catalogue.ts';

/** Builds a recipe's binaries and moves them into `dir` when all of them are there. */
export async function buildRecipe(recipe: Recipe, dir: string, progress: Progress): Promise<void> {
  mkdirSync(dir, { recursive: true });
  // In the same file system as its destination, so that the move at the end is a rename.
  const draft = mkdtempSync(join(dir, '.building-'));
  const names = Object.keys(recipe.packages).join(', ');
  try {
    await progress.step(
      `building ${recipe.title} (${names})`,
      async (update) => {
        if (recipe.module === undefined) await install(recipe, draft, update);
        else await build(recipe, join(goModulesDir, recipe.module), draft, update);
      },
      recipe.coldSeconds,
    );
    adopt(recipe, draft, dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Throws, with the cure, when there is no Go. */
export async function requireGo(): Promise<void> {
  try {
    await run('go', ['version']);
  } catch (error) {
    throw new Error(
      'the binaries are built from Go modules, and there is no `go` on the PATH: install Go 1.26 or newer',
      {
        cause: error,
      },
    );
  }
}

type Update = (state: { note: string }) => void;

const ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' };

async function build(recipe: Recipe, module: string, draft: string, update: Update): Promise<void> {
  const env = { ...ENV, GOFLAGS: '-buildvcs=false -mod=readonly' };
  const args = ['build', ...flags(recipe), '-o', `${draft}/`, ...Object.values(recipe.packages)];
  await run('go', args, { cwd: module, env, onOutput: noteOf(update) }).catch(explain);
}

async function install(recipe: Recipe, draft: string, update: Update): Promise<void> {
  for (const path of Object.values(recipe.packages)) {
    const options = { cwd: draft, env: { ...ENV, GOBIN: draft }, onOutput: noteOf(update) };
    await run('go', ['install', ...flags(recipe), path], options).catch(explain);
  }
}

function flags(recipe: Recipe): string[] {
  const tags = recipe.tags === undefined ? [] : ['-tags', recipe.tags];
  return ['-v', '-trimpath', ...tags, '-ldflags', recipe.ldflags];
}

/** With -v, go prints each package as it compiles it, and what it downloads. */
function noteOf(update: Update): (text: string) => void {
  let compiled = 0;
  return (text) => {
    compiled += text.split('\n').filter((line) => line !== '' && !line.startsWith('go: ')).length;
    update({ note: `${compiled} packages` });
  };
}

function explain(error: unknown): never {
  if (!(error instanceof CommandFailed)) throw error;
  throw new Error(`${error.message}\nThe Go module proxy must be reachable for a first build.`, { cause: error });
}

/** Renames the binaries to the names of the catalogue: go names them after their package. */
function adopt(recipe: Recipe, draft: string, dir: string): void {
  const built = readdirSync(draft);
  for (const [name, path] of Object.entries(recipe.packages)) {
    const candidates = [name, ...goNames(path)];
    const file = built.find((entry) => candidates.includes(entry));
    if (file === undefined) throw new Error(`go built no ${name} from ${path}`);
    chmodSync(join(draft, file), 0o755);
    renameSync(join(draft, file), join(dir, name));
  }
}

/** The names that go may give: the last element of the path, or the one before a version. */
function goNames(path: string): string[] {
  return (path.split('@')[0] ?? '').split('/').slice(-2);
}
