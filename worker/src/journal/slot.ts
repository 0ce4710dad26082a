import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_SLOTS = 64;

export type Slot = { readonly dir: string; release(): void };

/**
 * Takes the first directory under `dir` that no living process holds: several workers of one job may run on one
 * machine, and one that is started again finds what it left.
 */
export function takeSlot(dir: string): Slot {
  for (let index = 0; index < MOST_SLOTS; index += 1) {
    const slot = join(dir, String(index));
    mkdirSync(slot, { recursive: true, mode: 0o700 });
    const lock = join(slot, 'lock');
    if (!lockFree(lock)) continue;
    return {
      dir: slot,
      release: () => {
        unlinkSync(lock);
      },
    };
  }
  throw new Error(`more than ${MOST_SLOTS} workers use the state directory ${dir}; give each its own --state-dir`);
}

function lockFree(lock: string): boolean {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      if (heldByOther(lock)) return false;
      unlinkSync(lock);
    }
  }
  return false;
}

/** In a container every start has the same process id, so a lock with our own is an old one. */
function heldByOther(lock: string): boolean {
  const pid = Number(readFileSync(lock, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
