import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../process/lock.ts';
import { type Progress } from '../progress.ts';
import { buildRecipe, requireGo } from './build.ts';
import { binariesDir } from './cache.ts';
import { recipesFor, type BinaryName } from './catalogue.ts';

const LOCK_TIMEOUT_MS = 30 * 60_000;

/**
 * Builds those of the named binaries that are missing; with all there it costs a few stat calls. Two runs at once wait
 * for each other, and a run that was killed leaves only a draft, which the next one removes.
 */
export async function ensureBinaries(names: readonly BinaryName[], progress: Progress): Promise<void> {
  const dir = binariesDir();
  if (missingFrom(dir, names).length === 0) return;
  await requireGo();
  const onWait = (pid: number): void => {
    progress.say(`process ${pid} is building binaries: waiting for it`);
  };
  await withLock(join(dir, '.lock'), { timeoutMs: LOCK_TIMEOUT_MS, onWait }, async () => {
    removeDrafts(dir);
    const missing = recipesFor(missingFrom(dir, names));
    if (missing.length > 1) progress.say(announce(missing));
    for (const recipe of missing) await buildRecipe(recipe, dir, progress);
  });
}

function missingFrom(dir: string, names: readonly BinaryName[]): BinaryName[] {
  return names.filter((name) => !existsSync(join(dir, name)));
}

function removeDrafts(dir: string): void {
  for (const entry of readdirSync(dir)) {
    if (entry.startsWith('.building-')) rmSync(join(dir, entry), { recursive: true, force: true });
  }
}

function announce(missing: readonly { title: string; coldSeconds: number }[]): string {
  const minutes = Math.ceil(missing.reduce((sum, { coldSeconds }) => sum + coldSeconds, 0) / 60);
  const titles = missing.map(({ title }) => title).join(', ');
  return `Building ${titles} from source: up to ${minutes} min the first time, kept for later runs.`;
}
