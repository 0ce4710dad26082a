import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const KEPT_PER_IMAGE = 4;

/** Removes drafts of runs that were killed, and of each image's archives all but the few that were used last. */
export function removeOldArchives(dir: string): void {
  const files = readdirSync(dir).map((name) => ({ name, usedMs: statSync(join(dir, name)).mtimeMs }));
  for (const name of outdated(files)) rmSync(join(dir, name), { force: true });
}

/** Archives are named `<image>-<engine>-<tag>.tar`, and drafts have the number of their process after that. */
export function outdated(files: readonly { name: string; usedMs: number }[]): string[] {
  const drafts = files.filter(({ name }) => /\.tar\.\d+$/.test(name));
  const archives = files.filter(({ name }) => name.endsWith('.tar')).sort((a, b) => b.usedMs - a.usedMs);
  const byImage = Map.groupBy(archives, ({ name }) => name.slice(0, name.lastIndexOf('-')));
  const old = [...byImage.values()].flatMap((ofOne) => ofOne.slice(KEPT_PER_IMAGE));
  return [...drafts, ...old].map(({ name }) => name);
}
