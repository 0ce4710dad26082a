import { expect, test } from '@jest/globals';
import { selects, subjectsOf, type Selection } from './selection.ts';
import { letter } from './testing/letter.ts';

const ALL: Selection = { stream: 'DL', subjectPrefix: 'dead.letters' };

test.each<[Partial<Selection>, string[]]>([
  [{}, ['dead.letters.*.*.*.*']],
  [{ namespace: 'ns' }, ['dead.letters.ns.*.*.*']],
  [{ namespace: 'ns', job: 'job', steps: [], ids: [] }, ['dead.letters.ns.job.*.*']],
  [{ job: 'job', steps: ['a', 'b'] }, ['dead.letters.*.job.a.*', 'dead.letters.*.job.b.*']],
  [{ ids: ['1', '2'] }, ['dead.letters.*.*.*.1', 'dead.letters.*.*.*.2']],
])('the subjects of %j', (change, subjects) => {
  expect(subjectsOf({ ...ALL, ...change })).toEqual(subjects);
});

const AT_MS = 1_763_867_965_123;
test.each<[Partial<Selection>, boolean]>([
  [{}, true],
  [{ reasons: [] }, true],
  [{ reasons: ['Invalid', 'ExpressionFailed'] }, true],
  [{ reasons: ['Invalid'] }, false],
  [{ sinceMs: AT_MS }, true],
  [{ sinceMs: AT_MS + 1 }, false],
  [{ untilMs: AT_MS + 1 }, true],
  [{ untilMs: AT_MS }, false],
])('%j selects it: %j', (change, selected) => {
  expect(selects({ ...ALL, ...change }, letter())).toBe(selected);
});
