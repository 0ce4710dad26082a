import { expect, test } from '@jest/globals';
import { RegressionWatch } from './regression.ts';

const stream = (created: string, lastSequence: number) =>
  ({ created, state: { lastSequence } }) as Parameters<RegressionWatch['observeStream']>[0];
const [MONDAY, TUESDAY] = ['2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z'];
const remembered = { created: MONDAY, lastSequence: 100 };

test.each([
  ['nothing is remembered', undefined, undefined, stream(TUESDAY, 0), undefined],
  ['the stream grew', remembered, undefined, stream(MONDAY, 200), undefined],
  ['the time is written differently', remembered, undefined, stream('2026-01-05T00:00:00.000Z', 100), undefined],
  ['it was created again', remembered, undefined, stream(TUESDAY, 200), /created again/],
  ['that was accepted', remembered, TUESDAY, stream(TUESDAY, 3), undefined],
  ['another was accepted', remembered, TUESDAY, stream('2026-01-07T00:00:00Z', 3), /created again/],
  ['its sequence went back', remembered, undefined, stream(MONDAY, 99), /went back from 100 to 99/],
  ['it went back and was accepted', remembered, MONDAY, stream(MONDAY, 99), undefined],
])('when %s', (_name, memory, accepted, seen, finding) => {
  const found = new RegressionWatch(memory, accepted).observeStream(seen);
  if (finding === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(finding);
});

test('a sequence that comes with another time is a regression; one that comes again is not', () => {
  const watch = new RegressionWatch(undefined, undefined);
  expect(watch.observeMessage(5, 'a')).toBeUndefined();
  expect(watch.observeMessage(6, 'b')).toBeUndefined();
  expect(watch.observeMessage(5, 'a')).toBeUndefined();
  expect(watch.observeMessage(5, 'c')).toMatch(/sequence 5/);
});

test('what was delivered counts as seen', () => {
  const watch = new RegressionWatch(undefined, undefined);
  watch.observeStream(stream(MONDAY, 10));
  watch.observeMessage(50, 'a');
  expect(watch.memory).toEqual({ created: MONDAY, lastSequence: 50 });
  expect(watch.observeStream(stream(MONDAY, 49))).toMatch(/went back/);
});

test('what is delivered while the server is asked is not held against its answer', () => {
  const watch = new RegressionWatch(undefined, undefined);
  watch.observeMessage(50, 'a');
  const seenBefore = watch.lastSequence;
  watch.observeMessage(60, 'b');
  expect(watch.observeStream(stream(MONDAY, 55), seenBefore)).toBeUndefined();
  expect(watch.observeStream(stream(MONDAY, 49), seenBefore)).toMatch(/went back from 50 to 49/);
  expect(watch.observeStream(stream(MONDAY, 55))).toMatch(/went back from 60 to 55/);
});
