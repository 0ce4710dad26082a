import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseProgress, type Progress } from '@streamjob/crds';
import { poll } from '../../../../hack/src/process/poll.ts';
import { freePorts } from '../../../../hack/src/process/ports.ts';

/** Ends the worker with the test, also when that one is killed. */
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));
const MAIN = join(import.meta.dirname, '../../../../worker/src/main.ts');

export type WorkerOptions = {
  readonly url: string;
  readonly manifest: object;
  readonly args?: readonly string[];
  /** Modules that the process loads first: they play the faults. */
  readonly preload?: string;
  readonly deadLetters?: boolean;
  /** A bundle to run in place of the sources. */
  readonly program?: string;
  /** Whom it logs in as; the password is `pw`. */
  readonly user?: string;
  /** All arguments, instead of those that a job needs. */
  readonly only?: readonly string[];
};

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A worker as a child process, which may be started again with the state that it left. */
export type WorkerProcess = {
  start(args?: readonly string[]): Promise<void>;
  progress(): Promise<Progress>;
  probe(path: string): Promise<number>;
  /** Polls the progress until the condition holds. */
  until(what: string, condition: (progress: Progress) => boolean, timeoutMs?: number): Promise<Progress>;
  kill(signal: NodeJS.Signals): void;
  ended(): Promise<Ended>;
  readonly running: boolean;
  log(): string;
  /** Kills it, if it runs, and removes its files. */
  dispose(): Promise<void>;
};

export function workerProcess(options: WorkerOptions): WorkerProcess {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-worker-test-'));
  const file = join(dir, 'job.json');
  writeFileSync(file, JSON.stringify(options.manifest));
  let child: ChildProcess | undefined;
  let port = 0;
  let log = '';
  const get = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  const progress = async (): Promise<Progress> => {
    const parsed = parseProgress(await (await get('/progress')).json());
    if (parsed === undefined) throw new Error('not a progress');
    return parsed;
  };
  const hasEnded = (): boolean => child?.exitCode !== null || child.signalCode !== null;
  const worker: WorkerProcess = {
    start: async (more = []) => {
      [port = 0] = await freePorts(1);
      const args = ['--job', file, '--nats', options.url, '--state-dir', join(dir, 'state'), '--port', String(port)];
      if (options.deadLetters !== false) args.push('--dead-letter-stream', 'DEADLETTERS');
      if (options.user !== undefined) args.push('--nats-credentials-dir', credentials(dir, options.user));
      const preload = options.preload === undefined ? [] : ['--import', options.preload];
      child = spawnBound([
        ...preload,
        options.program ?? MAIN,
        ...(options.only ?? [...args, ...(options.args ?? []), ...more]),
      ]);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (text: Buffer) => {
          log += text.toString();
        });
      }
    },
    progress,
    probe: async (path) => (await get(path)).status,
    until: async (what, condition, timeoutMs = 60_000) => {
      let last: Progress | undefined;
      try {
        return await poll(
          what,
          async () => {
            last = await progress();
            return condition(last) ? last : undefined;
          },
          { timeoutMs, everyMs: 50 },
        );
      } catch (error) {
        throw new Error(`${what}: ${JSON.stringify(last)}\n${log.slice(-3000)}`, { cause: error });
      }
    },
    kill: (signal) => void child?.kill(signal),
    ended: async () => {
      await poll('the worker ends', hasEnded, { timeoutMs: 60_000, everyMs: 10 });
      return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
    },
    get running() {
      return !hasEnded();
    },
    log: () => log,
    dispose: async () => {
      if (!hasEnded()) {
        child?.kill('SIGKILL');
        await worker.ended();
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return worker;
}

function credentials(dir: string, user: string): string {
  const path = join(dir, 'credentials');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'username'), user);
  writeFileSync(join(path, 'password'), 'pw');
  return path;
}

function spawnBound(args: readonly string[]): ChildProcess {
  if (SETPRIV === undefined) return spawn(process.execPath, args);
  return spawn(SETPRIV, ['--pdeathsig', 'KILL', '--', process.execPath, ...args]);
}
