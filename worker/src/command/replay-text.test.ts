import { expect, test } from '@jest/globals';
import type { Fate } from '../dead-letters/index.ts';
import { Tally } from '../dead-letters/replay/report.ts';
import { letter } from '../dead-letters/testing/letter.ts';
import { fateLine, progressText, reportJson, reportText, succeeded } from './replay-text.ts';

const failure = { at: 'late', reason: 'ExpressionFailed', error: 'no such field', moved: false } as const;
const FATES: readonly Fate[] = [
  { kind: 'replayed', sinks: ['one', 'two'] },
  { kind: 'unwanted', how: 'filtered', at: 'late', removed: false },
  { kind: 'failed', failures: [failure] },
  { kind: 'failed', failures: [{ ...failure, at: 'two', reason: 'SinkRefused', moved: true }] },
  { kind: 'skipped', why: 'SourceGone' },
];

test('a line for each fate', () => {
  expect(FATES.map((fate) => fateLine(letter({ id: 'id' }), fate, false).slice(24))).toEqual([
    'emitted to one, two\n',
    'filtered at late; stays\n',
    'failed again at late: ExpressionFailed: no such field; stays\n',
    'failed again at two: SinkRefused: no such field; becomes a dead letter of two alone\n',
    'skipped, stays: what it leaves out is no longer in the source stream\n',
  ]);
  expect(fateLine(letter({ id: 'id' }), FATES[0]!, true)).toContain('would be emitted to one, two');
});

test('a table of all', () => {
  const tally = new Tally([{ name: 'one' }, { name: 'two' }]);
  for (const fate of FATES) tally.add(fate);
  tally.confirmed('one', false);
  tally.confirmed('one', true);
  const report = tally.report(false);
  expect(reportText(report, false)).toBe(`OUTCOME                         COUNT
replayed                        1      confirmed, and removed
  to one                        2      results, 1 of them stored before
filtered                        1      stay; --remove-filtered removes them
failed again: ExpressionFailed  1      stay
failed again: SinkRefused       1      stay
  of these moved                1      each to a dead letter of the sink that failed
skipped: SourceGone             1      what it leaves out is no longer in the source stream
`);
  expect(reportJson(report)).toMatchObject({
    replayed: 1,
    unwanted: { filtered: 1 },
    sinks: { one: { confirmed: 2 } },
  });
  expect(succeeded(report)).toBe(false);
});

test.each<[string, Fate[], boolean, boolean]>([
  ['everything replayed', [FATES[0]!], false, true],
  ['some filtered', [FATES[1]!], false, true],
  ['some failed again', [FATES[0]!, FATES[2]!], false, false],
  ['some skipped', [FATES[4]!], false, false],
  ['interrupted', [FATES[0]!], true, false],
])('%s', (_name, fates, interrupted, success) => {
  const tally = new Tally([]);
  for (const fate of fates) tally.add(fate);
  expect(succeeded(tally.report(interrupted))).toBe(success);
});

test('progress tells what is waited for', () => {
  const waiting = [{ name: 'one', reason: 'SinkUnreachable', code: 'NoResponders', held: 3 }];
  expect(progressText({ done: 1500, remaining: 20, waiting }, 3000)).toBe(
    '1,500 done, 20 or more to go, 500/s; one takes nothing: SinkUnreachable NoResponders (3 held)',
  );
});
