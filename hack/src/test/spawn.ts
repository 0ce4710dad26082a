import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** Runs a command whose output goes where ours goes, except that standard output goes to standard error. Answers its code. */
export function inherit(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    resolve(code ?? (signal === null ? 1 : 128));
  });
  return promise;
}
