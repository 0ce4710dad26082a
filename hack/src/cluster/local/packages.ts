import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, succeeds } from '../../process/run.ts';
import { type Progress } from '../../progress.ts';
import { debianPackages } from '../../versions.ts';

const SYSTEM_DIRS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Where distributions put CNI plugins. */
export const cniDirs = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const;

/** The packages whose command is not there. */
export function missingPackages(exists: (path: string) => boolean = existsSync): string[] {
  const dirs = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_DIRS];
  const isThere = (proof: string): boolean =>
    proof.startsWith('cni:')
      ? cniDirs.some((dir) => exists(join(dir, proof.slice(4))))
      : dirs.some((dir) => dir !== '' && exists(join(dir, proof)));
  return Object.entries(debianPackages).flatMap(([proof, name]) => (isThere(proof) ? [] : [name]));
}

/** Installs the missing packages. Throws, with the cure, where that can't be done. */
export async function ensurePackages(progress: Progress): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (!(await succeeds('apt-get', ['--version']))) {
    throw new Error(`these programs are needed and this system has no apt-get to install them: ${list}`);
  }
  await progress.step(`installing ${list}`, () => install(missing), 40);
  const still = missingPackages();
  if (still.length > 0) throw new Error(`apt-get installed no ${still.join(', ')}: install by hand, then try again`);
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  try {
    await run('apt-get', args, { env });
  } catch {
    // The lists of packages may be missing or old.
    await run('apt-get', ['update'], { env });
    await run('apt-get', args, { env });
  }
}

/** The folder of the CNI plugins. */
export function cniDir(): string {
  const dir = cniDirs.find((each) => existsSync(join(each, 'bridge')));
  if (dir === undefined) throw new Error('there are no CNI plugins: install containernetworking-plugins');
  return dir;
}
