import { describe, expect, test } from '@jest/globals';
import { closingLine, table, type StageResult } from './summary.ts';

const stage = (fields: Partial<StageResult>): StageResult => ({
  stage: 'unit',
  passed: 0,
  failed: 0,
  skipped: 0,
  seconds: 1,
  ...fields,
});

describe('closingLine', () => {
  const cases: Record<string, [StageResult[], string]> = {
    'adds the stages up': [[stage({ passed: 2 }), stage({ passed: 3, failed: 1 })], '5 passed, 1 failed'],
    'tells what was skipped': [[stage({ passed: 1, skipped: 4 })], '1 passed, 0 failed, 4 skipped'],
    'of nothing is nothing': [[], '0 passed, 0 failed'],
  };
  test.each(Object.entries(cases))('%s', (_name, [results, expected]) => {
    expect(closingLine(results)).toBe(expected);
  });
});

test('table tells why a stage could not run', () => {
  expect(table([stage({ stage: 'e2e', failed: 1, note: 'no cluster' })])).toMatch(/^e2e .* 1 failed .* no cluster$/);
});
