import { describe, expect, test } from '@jest/globals';
import { type Apply, type StepResult } from '../steps/index.ts';
import { follow } from './branches.ts';
import { LazyMessageView } from './message-view.ts';
import { runSegment, type NamedStep } from './segment.ts';
import { pipelineOf } from './testing/compiled-pipeline.ts';
import { sourceMessage } from './testing/source-message.ts';
import { type Outcome } from './types.ts';

const changed = (value: unknown): StepResult => ({ kind: 'changed', event: { value, inexact: false } });
const many = (...values: readonly unknown[]): StepResult => ({
  kind: 'many',
  events: values.map((value) => ({ value, inexact: false })),
});
const late = (result: StepResult): Promise<StepResult> => new Promise((resolve) => setImmediate(resolve, result));
const step = (name: string, apply: Apply): NamedStep => ({ name, apply });

/** What each leaf is: the event and its branch, or what ended it. */
async function leavesOf(steps: readonly NamedStep[], value: unknown = 1): Promise<unknown[]> {
  const view = new LazyMessageView(sourceMessage('1'));
  const leaves = await follow(steps, runSegment(steps, { value, inexact: false }, view), view);
  return leaves.map((leaf) => (leaf.kind === 'passed' ? [leaf.event.value, leaf.branch, leaf.changed] : leaf));
}

describe('an event', () => {
  const twice = step('twice', ({ value }) => many(value, Number(value) + 10));
  const slowly = step('slowly', ({ value }) => late(changed(Number(value) * 2)));
  const odd = step('odd', ({ value }) => ({ kind: Number(value) % 2 === 1 ? 'unchanged' : 'filtered' }));

  test('goes on after a step that needs time', async () => {
    expect(await leavesOf([slowly, slowly])).toEqual([[4, undefined, true]]);
  });
  test('that a slow step leaves as it is counts as unchanged', async () => {
    expect(await leavesOf([step('slow', () => late({ kind: 'unchanged' })), odd])).toEqual([[1, undefined, false]]);
  });
  test('becomes several, each with its branch', async () => {
    expect(await leavesOf([twice])).toEqual([
      [1, '0', true],
      [11, '1', true],
    ]);
  });
  test('becomes several of several, in order, whoever is slow', async () => {
    expect(await leavesOf([twice, slowly, twice])).toEqual([
      [2, '0.0', true],
      [12, '0.1', true],
      [22, '1.0', true],
      [32, '1.1', true],
    ]);
  });
  test('that becomes none is filtered', async () => {
    expect(await leavesOf([step('none', () => late(many()))])).toEqual([{ kind: 'filtered', at: 'none' }]);
  });
  test('is that message’s failure when a promise is rejected', async () => {
    const broken = step('broken', () => Promise.reject(new Error('x')));
    expect(await leavesOf([broken])).toMatchObject([{ kind: 'dead', failure: { at: 'broken', reason: 'StepFailed' } }]);
  });
});

/** A pipeline with a code step whose module is this function. */
async function outcomeOf(apply: (event: never) => unknown, more: object = {}): Promise<Outcome> {
  const module = {
    run: (event: { readonly value: unknown }) => {
      const result = apply(event.value as never);
      if (result instanceof Error)
        return Promise.resolve({ kind: 'failed', reason: 'CodeFailed', error: 'e' } as const);
      if (result === 'unavailable') return Promise.resolve({ kind: 'unavailable', code: 'c' } as const);
      const events = (result as readonly unknown[]).map((value) => ({ value, inexact: false }));
      return Promise.resolve({ kind: 'many', events } as const);
    },
  };
  const resources = { module: () => module } as never;
  const code = { source: 'export default (e) => e', timeoutMs: 1, memoryMebibytes: 16, onError: 'DeadLetter' as const };
  const pipeline = pipelineOf(
    {
      steps: [
        { name: 'split', code },
        { name: 'form', validate: { schema: { not: { const: 'drop' } }, onInvalid: 'Drop' } },
      ],
      sinks: [
        { name: 'all', subject: 'out.${event}' },
        { name: 'big', when: 'event > 1', subject: 'big' },
      ],
      ...more,
    },
    { resources },
  );
  const outcome = await pipeline.execute([sourceMessage('1')])[0];
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

describe('a message of several events', () => {
  test('gives each result an id of its own, the same every time', async () => {
    const first = await outcomeOf(() => [1, 2]);
    const again = await outcomeOf(() => [1, 2]);
    expect(again).toEqual(first);
    const emissions = first.kind === 'emit' ? first.emissions : [];
    expect(emissions.map(({ subject, id }) => [subject, id.slice(id.lastIndexOf('-'))])).toEqual([
      ['out.1', '-0'],
      ['out.2', '-1'],
      ['big', '-1'],
    ]);
    expect(new Set(emissions.map(({ id }) => id)).size).toBe(3);
  });

  test('of which one fails at a sink gives that sink none, and the others theirs', async () => {
    const outcome = await outcomeOf(() => [1, 2, 'text']);
    expect(outcome).toMatchObject({ kind: 'emit', failures: [{ at: 'big', reason: 'ExpressionFailed' }] });
    const emissions = outcome.kind === 'emit' ? outcome.emissions : [];
    expect(emissions.map(({ subject }) => subject)).toEqual(['out.1', 'out.2', 'out.text']);
  });

  test.each<[string, (event: never) => unknown, object]>([
    ['none of which is left', () => [], { kind: 'filtered', at: 'split' }],
    ['some of which are dropped', () => [1, 'drop', 'drop'], { kind: 'emit', dropped: 2 }],
    ['all of which are dropped', () => ['drop'], { kind: 'dropped', at: 'form' }],
    ['that fails', () => new Error('x'), { kind: 'dead', failure: { at: 'split', reason: 'CodeFailed' } }],
    ['that can’t be had now', () => 'unavailable', { kind: 'retry', at: 'split', reason: 'ModuleUnavailable' }],
  ])('%s', async (_name, apply, expected) => {
    expect(await outcomeOf(apply)).toMatchObject(expected);
  });
});
