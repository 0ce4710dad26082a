import { expect, test } from '@jest/globals';
import type { DeadLetter } from '../letter.ts';
import { letter } from '../testing/letter.ts';
import { placeOf, type Place } from './place.ts';

const job = { steps: [{ name: 'late' }], sinks: [{ name: 'one' }, { name: 'two' }, { name: 'worker' }] };
const ALL: Place = { sink: undefined };
const { created: _created, ...older } = letter().source;

test.each<[string, Partial<DeadLetter>, Place]>([
  ['a sink', { step: 'two', sink: 'two' }, { sink: 1 }],
  ['a sink that is gone', { step: 'three', sink: 'three' }, { skipped: 'SinkGone' }],
  ['a step', {}, ALL],
  ['a step that is gone', { step: 'gone' }, ALL],
  ['decoding', { step: 'source', reason: 'Undecodable' }, ALL],
  ['a worker, where a sink is called so', { step: 'worker', reason: 'CrashedWorker' }, ALL],
  ['a sink, by an earlier version', { step: 'two', source: older }, { sink: 1 }],
  ['a step, by an earlier version', { source: older }, ALL],
  ['decoding, by an earlier version', { step: 'source', source: older }, ALL],
  ['a worker, by an earlier version', { step: 'worker', reason: 'CrashedWorker', source: older }, ALL],
  [
    'a sink that is gone, by an earlier version',
    { step: 'x', reason: 'SinkRefused', source: older },
    { skipped: 'SinkGone' },
  ],
  ['something that is gone, by an earlier version', { step: 'x', source: older }, { skipped: 'PlaceUnknown' }],
])('a dead letter of %s', (_name, change, place) => {
  expect(placeOf(letter(change), job)).toEqual(place);
});
