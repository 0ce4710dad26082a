import { describe, expect, test } from '@jest/globals';
import { type CodeAnswer } from '../code/index.ts';
import { applyOf, exact, MESSAGE, problemsOf } from './testing/apply-step.ts';

const step = (over: object = {}) => ({
  name: 'score',
  code: {
    source: 'export default (e) => e',
    timeoutMs: 1000,
    memoryMebibytes: 64,
    onError: 'DeadLetter' as const,
    ...over,
  },
});

const FAILED: CodeAnswer = { kind: 'failed', reason: 'CodeTimedOut', error: 'e' };

describe('code', () => {
  test.each<[string, CodeAnswer, object, object]>([
    ['no event', { kind: 'none' }, {}, { kind: 'filtered' }],
    ['one', { kind: 'one', event: exact(1) }, {}, { kind: 'changed', event: exact(1) }],
    ['several', { kind: 'many', events: [exact(1)] }, {}, { kind: 'many', events: [exact(1)] }],
    ['a failure', FAILED, {}, { kind: 'failed', reason: 'CodeTimedOut', error: 'e' }],
    ['a failure that is to be dropped', FAILED, { onError: 'Drop' }, { kind: 'dropped' }],
    [
      'nothing, since the module is gone',
      { kind: 'unavailable', code: 'NotLoaded' },
      {},
      { kind: 'retry', reason: 'ModuleUnavailable', code: 'NotLoaded' },
    ],
  ])('of which comes %s', async (_name, answer, over, expected) => {
    const resources = { module: () => ({ run: () => Promise.resolve(answer) }) } as never;
    expect(await applyOf(step(over), { resources })(exact(0), MESSAGE)).toEqual(expected);
  });

  test('that is no module is a problem at its place', () => {
    expect(problemsOf(step({ source: 'export default (e) => {\n  return e..x;\n}' }))).toMatchObject([
      { path: 'spec.steps[2].code.source', line: 2, column: 12 },
    ]);
  });

  test('in a ConfigMap is read from there', () => {
    const inMap = step({ source: undefined, configMap: { name: 'score', key: 'score.js' } });
    const problems = (text: string | undefined) => problemsOf(inMap, { configMapText: () => text });
    expect(problems('export default (e) => e')).toEqual([]);
    expect(problems('export const e = 1;')).toMatchObject([{ path: 'spec.steps[2].code.configMap', line: 1 }]);
    expect(problems(undefined)).toEqual([
      { path: 'spec.steps[2].code.configMap', message: 'ConfigMap score has no entry `score.js`' },
    ]);
  });
});
