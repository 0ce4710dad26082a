import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { poll } from './poll.ts';

/** A server process that belongs to this process and ends with it, also when this one is killed. */
export interface ServerProcess {
  readonly pid: number;
  readonly logPath: string;
  /** Undefined while it runs. */
  exitCode(): number | string | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, kills it when it has not within `timeoutMs`, and waits until it is gone. */
  stop(timeoutMs?: number): Promise<void>;
  /** The end of its log, for an error message. */
  lastWords(): string;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));

/** Starts a server with its output in `logPath`. */
export function startServer(command: string, args: readonly string[], logPath: string): ServerProcess {
  const log = openSync(logPath, 'a');
  const [file, argv] =
    SETPRIV === undefined ? [command, args] : [SETPRIV, ['--pdeathsig', 'KILL', '--', command, ...args]];
  const child = spawn(file, argv, { stdio: ['ignore', log, log] });
  closeSync(log);
  let failure: string | undefined;
  child.on('error', (error) => {
    failure = error.message;
  });
  return {
    pid: child.pid ?? -1,
    logPath,
    exitCode: () => failure ?? child.exitCode ?? child.signalCode ?? undefined,
    kill: (signal) => void child.kill(signal),
    stop: (timeoutMs = 20_000) => stopChild(child, timeoutMs),
    lastWords: () => readFileSync(logPath, 'utf8').trim().split('\n').slice(-8).join('\n'),
  };
}

async function stopChild(child: ChildProcess, timeoutMs: number): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  child.kill('SIGTERM');
  child.kill('SIGCONT'); // a stopped process takes SIGTERM only when it goes on
  const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    await poll(`process ${child.pid} ends`, () => hasEnded(child), { timeoutMs: timeoutMs + 10_000, everyMs: 20 });
  } finally {
    clearTimeout(killer);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
