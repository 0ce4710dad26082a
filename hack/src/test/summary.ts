import { formatSeconds } from '../progress.ts';
import { type StageName } from './stages.ts';

export type StageResult = {
  readonly stage: StageName;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Why it could not run, or what went wrong outside of any test. */
  readonly note?: string;
};

export function table(results: readonly StageResult[]): string {
  const lines = results.map(({ stage, passed, failed, skipped, seconds, note }) =>
    [
      stage.padEnd(12),
      count(passed, 'passed'),
      count(failed, 'failed'),
      count(skipped, 'skipped'),
      formatSeconds(seconds),
      note ?? '',
    ]
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** The line that CI reads: `123 passed, 0 failed`, with `, 4 skipped` where there were any. */
export function closingLine(results: readonly StageResult[]): string {
  const sum = (field: 'passed' | 'failed' | 'skipped') => results.reduce((total, result) => total + result[field], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function count(value: number, word: string): string {
  return `${String(value).padStart(5)} ${word}`;
}
