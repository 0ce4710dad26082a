import { readdirSync, readFileSync } from 'node:fs';

/** Of USER_HZ, which Linux shows to programs as 100 on every architecture that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000;

/**
 * CPU time of a process and all of its threads since it started, from /proc. Throws when it is gone. The process' own
 * count has ticks of 10 ms, which is much for a thrifty program; where threads tell nanoseconds, they are summed up.
 */
export function cpuUs(pid: number): number {
  return threadsUs(pid) ?? parseCpuUs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Undefined where the kernel doesn't tell. Threads of Node and of Go live as long as their process. */
function threadsUs(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, tid) => sum + nanosecondsOf(pid, tid), 0) / 1000;
  } catch {
    return undefined;
  }
}

/** The first of the numbers is the time on a CPU. */
function nanosecondsOf(pid: number, tid: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]);
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
