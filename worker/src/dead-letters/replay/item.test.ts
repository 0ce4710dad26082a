import { expect, test } from '@jest/globals';
import type { Outcome } from '../../pipeline/index.ts';
import { sourceMessage } from '../../pipeline/testing/source-message.ts';
import { letter } from '../testing/letter.ts';
import type { Fate } from './fate.ts';
import { createItem, fateOf, isRemoved, note, restrict } from './item.ts';

const SINKS = [{ name: 'one' }, { name: 'two' }];
const emission = (sink: number) => ({ sink, subject: 's', headers: [], payload: new Uint8Array(0), id: String(sink) });
const failure = (sink: number) => ({ at: SINKS[sink]?.name ?? '', sink, reason: 'TooLarge' as const, error: 'e' });
const BOTH: Outcome = { kind: 'emit', emissions: [emission(0), emission(1)], failures: [] };
const MIXED: Outcome = { kind: 'emit', emissions: [emission(0)], failures: [failure(1)] };

test.each<[string, Outcome, number | undefined, Outcome]>([
  ['all sinks', BOTH, undefined, BOTH],
  ['the sink that failed', BOTH, 1, { kind: 'emit', emissions: [emission(1)], failures: [] }],
  ['the sink that fails again', MIXED, 1, { kind: 'emit', emissions: [], failures: [failure(1)] }],
  ['the sink that passes now', MIXED, 0, { kind: 'emit', emissions: [emission(0)], failures: [] }],
  ['a sink that wants it no more', { ...BOTH, emissions: [emission(0)] }, 1, { kind: 'unrouted' }],
  ['a sink of what is filtered now', { kind: 'filtered', at: 'late' }, 1, { kind: 'filtered', at: 'late' }],
])('only what concerns %s counts', (_name, outcome, sink, restricted) => {
  expect(restrict(outcome, sink)).toEqual(restricted);
});

const fateFor = (outcome: Outcome, failures: readonly { moved: boolean }[] = [], remove = false): Fate => {
  const item = createItem(letter(), sourceMessage(''), undefined);
  note(item, outcome, SINKS);
  item.failures.push(...failures.map(({ moved }) => ({ ...failure(1), moved })));
  return fateOf(item, remove);
};

test.each<[string, Fate, Fate['kind'], boolean]>([
  ['confirmed', fateFor(BOTH), 'replayed', true],
  ['filtered', fateFor({ kind: 'filtered', at: 'late' }), 'unwanted', false],
  ['filtered and to be removed', fateFor({ kind: 'filtered', at: 'late' }, [], true), 'unwanted', true],
  ['unrouted', fateFor({ kind: 'unrouted' }), 'unwanted', false],
  ['failed again', fateFor(MIXED, [{ moved: false }]), 'failed', false],
  ['failed at one sink, which has a dead letter now', fateFor(MIXED, [{ moved: true }]), 'failed', true],
  [
    'failed at two, of which one has a dead letter',
    fateFor(MIXED, [{ moved: true }, { moved: false }]),
    'failed',
    false,
  ],
])('a dead letter that was %s', (_name, fate, kind, removed) => {
  expect([fate.kind, isRemoved(fate)]).toEqual([kind, removed]);
});
