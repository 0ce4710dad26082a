import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, stillRuns, type ProcessIdentity } from './identity.ts';
import { poll } from './poll.ts';

export interface LockOptions {
  readonly timeoutMs: number;
  /** Called once, when another process holds the lock. */
  readonly onWait?: (holderPid: number) => void;
}

/** Runs `work` while no other process that asks for the same lock file does. A lock whose holder is dead is taken over. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  await poll(
    `lock ${path}`,
    () => {
      if (tryLock(path)) return true;
      const holder = readHolder(path);
      if (holder !== undefined && !stillRuns(holder)) breakLock(path, holder);
      else if (holder !== undefined && !told) {
        told = true;
        options.onWait?.(holder.pid);
      }
      return false;
    },
    { timeoutMs: options.timeoutMs, everyMs: 250 },
  );
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

let attempts = 0;

/** Linking a complete file is atomic: a lock file that can be seen always names its holder. */
function tryLock(path: string): boolean {
  attempts += 1;
  const draft = `${path}.${process.pid}.${attempts}`;
  writeFileSync(draft, JSON.stringify(identify(process.pid)));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // it was given back meanwhile
  }
}

/** Moves the dead holder's file away; when it was another's by then, that one gets it back. */
function breakLock(path: string, dead: ProcessIdentity): void {
  const grave = `${path}.dead.${process.pid}`;
  try {
    renameSync(path, grave);
    const moved = readHolder(grave);
    if (moved !== undefined && (moved.pid !== dead.pid || moved.startTime !== dead.startTime)) linkSync(grave, path);
  } catch {
    // another process was quicker
  } finally {
    rmSync(grave, { force: true });
  }
}
