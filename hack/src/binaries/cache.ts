import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { recipes, type BinaryName } from './catalogue.ts';

/** The folder of build files under hack/go. */
export const goModulesDir = join(import.meta.dirname, '..', '..', 'go');

/** What all clones of this repository share: `~/.cache/streamjob-operator`. */
export function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'streamjob-operator');
}

/** The folder of the binaries; its name changes with whatever a build depends on. STREAMJOB_BIN_DIR overrides it. */
export function binariesDir(): string {
  const chosen = process.env.STREAMJOB_BIN_DIR;
  if (chosen !== undefined && chosen !== '') return chosen;
  const inputs = recipes.flatMap(({ module, tags, ldflags, packages }) => [
    ...(module === undefined ? [] : buildFilesOf(module)),
    JSON.stringify({ tags, ldflags, packages }),
  ]);
  return join(cacheDir(), `bin-${hashOf([...inputs, process.platform, process.arch])}`);
}

/** Twelve hex digits that change with any of the inputs. */
export function hashOf(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:${input}`);
  return hash.digest('hex').slice(0, 12);
}

/** The absolute path of a binary. Throws, with the cure, when it was not built. */
export function binaryPath(name: BinaryName): string {
  const path = join(binariesDir(), name);
  if (existsSync(path)) return path;
  throw new Error(`${name} was not built yet (no ${path}): run \`npm run cluster -- binaries\``);
}

function buildFilesOf(module: string): string[] {
  const dir = join(goModulesDir, module);
  return readdirSync(dir)
    .sort()
    .map((file) => `${file}\n${readFileSync(join(dir, file), 'utf8')}`);
}
