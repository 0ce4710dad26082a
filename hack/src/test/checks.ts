import { join } from 'node:path';
import { inherit, ROOT } from './spawn.ts';

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  typecheck: ['typescript/bin/tsc', '--noEmit'],
  lint: ['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  format: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
};

/** Each check counts as one test. */
export async function checks(): Promise<{ passed: number; failed: number; skipped: number; note?: string }> {
  const failed: string[] = [];
  for (const [name, [script = '', ...args]] of Object.entries(CHECKS)) {
    const code = await inherit(process.execPath, [join(ROOT, 'node_modules', script), ...args]);
    if (code !== 0) failed.push(name);
  }
  const counts = { passed: Object.keys(CHECKS).length - failed.length, failed: failed.length, skipped: 0 };
  return failed.length > 0 ? { ...counts, note: `failed: ${failed.join(', ')}` } : counts;
}
