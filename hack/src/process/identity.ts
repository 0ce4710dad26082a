import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** A process that can't be mistaken for another one that got its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as /proc tells it; empty where there is no /proc. */
  readonly startTime: string;
}

/** The identity of a live process, or undefined when it is gone (or only a zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform !== 'linux') return isAlive(pid) ? { pid, startTime: '' } : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets: fields are counted after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** Whether the very process that was noted still runs. */
export function stillRuns(noted: ProcessIdentity): boolean {
  return identify(noted.pid)?.startTime === noted.startTime;
}

/** Sends a signal to the noted process, if it still runs. Answers whether it was sent. */
export function signalProcess(noted: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!stillRuns(noted)) return false;
  try {
    process.kill(noted.pid, signal);
    return true;
  } catch {
    return false;
  }
}

export interface RunningProcess extends ProcessIdentity {
  /** The base name of its binary. */
  readonly binary: string;
  readonly args: readonly string[];
}

/** Every process that this user can see; empty where there is no /proc. */
export function listProcesses(): RunningProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describeProcess(Number(name)) ?? []);
}

function describeProcess(pid: number): RunningProcess | undefined {
  const identity = identify(pid);
  if (identity === undefined) return undefined;
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { ...identity, args, binary: basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '') };
  } catch {
    return undefined; // it ended meanwhile, or is a thread of the kernel
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
