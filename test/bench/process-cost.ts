import { readFileSync } from 'node:fs';

/** Of USER_HZ, which Linux shows to programs as 100 on every architecture that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000;

/** CPU time of a process and all of its threads since it started, from /proc. Throws when it is gone. */
export function cpuUs(pid: number): number {
  return parseCpuUs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

export function parseCpuUs(stat: string): number {
  // The command's name may hold spaces and brackets: fields are counted after the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** Resident memory of a process, and the most that it ever was, in bytes. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? NaN);
  return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 };
}
