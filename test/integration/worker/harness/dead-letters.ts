import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));
const MAIN = join(import.meta.dirname, '../../../../worker/src/main.ts');

export type CommandEnd = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
};
export type RunningCommand = {
  readonly ended: Promise<CommandEnd>;
  out(): string;
  err(): string;
  kill(signal: NodeJS.Signals): void;
};

/** Starts `worker dead-letters …` on a server; with a manifest also `--job`. */
export function startDeadLetters(url: string, args: readonly string[], manifest?: object): RunningCommand {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-dead-letters-test-'));
  const file = join(dir, 'job.json');
  writeFileSync(file, JSON.stringify(manifest ?? {}));
  const job = manifest === undefined ? [] : ['--job', file];
  const node = [process.execPath, MAIN, 'dead-letters', ...args, '--nats', url, ...job];
  // Ends with the test, also when that one is killed.
  const [command = '', ...rest] = SETPRIV === undefined ? node : [SETPRIV, '--pdeathsig', 'KILL', '--', ...node];
  const child = spawn(command, rest);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  const ended = new Promise<CommandEnd>((resolve) => {
    child.on('close', (code, signal) => {
      rmSync(dir, { recursive: true, force: true });
      resolve({ code, signal, out, err });
    });
  });
  return { ended, out: () => out, err: () => err, kill: (signal) => void child.kill(signal) };
}

export function runDeadLetters(url: string, args: readonly string[], manifest?: object): Promise<CommandEnd> {
  return startDeadLetters(url, args, manifest).ended;
}

/** Fates by the id of the dead letter, and the report, as `replay -o json` prints them. */
export function parseReplay(out: string): {
  fates: Map<string, Record<string, unknown>>;
  report: Record<string, unknown>;
} {
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const report = lines.at(-1)?.report as Record<string, unknown>;
  return { fates: new Map(lines.slice(0, -1).map((line) => [String(line.id), line])), report };
}
