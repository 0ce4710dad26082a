import { spawn } from 'node:child_process';

/** A command that could not be started or ended with another code than 0; `stderr` holds its last lines. */
export class CommandFailed extends Error {
  readonly command: string;
  readonly code: number | null;
  readonly stderr: string;

  constructor(command: string, code: number | null, stderr: string, cause?: unknown) {
    super(`${command} ${code === null ? 'could not be run' : `ended with code ${code}`}: ${stderr}`, { cause });
    this.name = 'CommandFailed';
    this.command = command;
    this.code = code;
    this.stderr = stderr;
  }
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input, which is closed otherwise. */
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called with what the command prints on standard output or error, as it comes. */
  readonly onOutput?: (text: string) => void;
}

const LAST_LINES = 15;

/** Runs a command to its end and answers what it printed on standard output. Throws CommandFailed. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const shown = [command, ...args.slice(0, 3)].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      signal: options.signal,
      killSignal: 'SIGKILL',
    });
    const out: string[] = [];
    const err: string[] = [];
    collect(child.stdout, out, options.onOutput);
    collect(child.stderr, err, options.onOutput);
    child.stdin.on('error', () => undefined); // a command may end before it has read its input
    child.stdin.end(options.input ?? '');
    child.on('error', (error) => {
      reject(new CommandFailed(shown, null, error.message, error));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(out.join(''));
      else reject(new CommandFailed(shown, code, lastLines(err.join('') || out.join(''))));
    });
  });
}

/** Whether a command ends with code 0. Never throws. */
export async function succeeds(command: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> {
  try {
    await run(command, args, options);
    return true;
  } catch {
    return false;
  }
}

function collect(stream: NodeJS.ReadableStream, into: string[], onOutput?: (text: string) => void): void {
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    into.push(text);
    onOutput?.(text);
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LAST_LINES).join('\n');
}
