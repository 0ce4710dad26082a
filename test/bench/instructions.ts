import { spawn, spawnSync } from 'node:child_process';
import { poll } from '../../hack/src/process/poll.ts';

const EVENT = 'instructions:u';

let can: boolean | undefined;

/** Whether this machine lets `perf` count instructions: virtual machines often don't. */
export function canCountInstructions(): boolean {
  can ??= countOf(spawnSync('perf', ['stat', '-x,', '-e', EVENT, 'true'], { encoding: 'utf8' }).stderr) !== undefined;
  return can;
}

/** Counts what a process runs until the returned function is called; that answers undefined where nothing can be counted. */
export function countInstructions(pid: number): () => Promise<number | undefined> {
  if (!canCountInstructions()) return () => Promise.resolve(undefined);
  const perf = spawn('perf', ['stat', '-x,', '-e', EVENT, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  perf.stderr.on('data', (text: Buffer) => {
    output += text.toString();
  });
  return async () => {
    perf.kill('SIGINT');
    await poll('perf ends', () => perf.exitCode !== null || perf.signalCode !== null, { timeoutMs: 5000, everyMs: 5 });
    return countOf(output);
  };
}

/** From perf's `123456,,instructions:u,…`; `<not supported>` in place of the number means that there is none. */
export function countOf(output: string | null): number | undefined {
  const line = output?.split('\n').find((each) => each.includes(EVENT));
  const count = Number(line?.split(',')[0] ?? NaN);
  return Number.isNaN(count) ? undefined : count;
}
