import { describe, expect, test } from '@jest/globals';
import { afterRestart, forget, judge, noteGroup } from './conviction.ts';
import { emptyPage, type Page } from './page.ts';

const message = (sequence: number) => ({ sequence, timestamp: `${sequence}000`, reply: `$JS.ACK.${sequence}` });
const die = (page: Page): Page => afterRestart(page, page.revision);
const page = (finished = 1000): Page => ({ ...emptyPage('r1'), finished });

/** The deaths of a message after the worker died so often with the group in hand. */
function deathsOf(sequence: number, group: readonly number[], deaths: number): number | undefined {
  let now = page();
  for (let i = 0; i < deaths; i += 1) now = die(noteGroup(now, group.map(message)));
  return now.entries.find((entry) => entry.sequence === sequence)?.deaths;
}

describe('deaths', () => {
  test('count for a message that was alone in hand', () => {
    expect(deathsOf(7, [7], 3)).toBe(3);
  });

  test('count for nobody in a group', () => {
    expect(deathsOf(7, [6, 7], 3)).toBe(0);
  });

  test('don’t count for what was only suspected', () => {
    let now = die(noteGroup(page(), [message(6), message(7)]));
    now = die(noteGroup(now, [message(6)]));
    expect(now.entries.map(({ sequence, deaths }) => [sequence, deaths])).toEqual([
      [6, 1],
      [7, 0],
    ]);
  });

  test('are forgotten when the revision changes; what was in hand stays a suspect', () => {
    const now = afterRestart(noteGroup(die(noteGroup(page(), [message(7)])), [message(7)]), 'r2');
    expect(now).toMatchObject({ revision: 'r2', finished: 0, entries: [{ sequence: 7, deaths: 0, inHand: false }] });
  });

  test('are forgotten when the message is settled', () => {
    expect(forget(die(noteGroup(page(), [message(7)])), message(7)).entries).toEqual([]);
  });

  test('are void for another message under the same sequence', () => {
    let now = page();
    for (let i = 0; i < 3; i += 1) now = die(noteGroup(now, [message(7)]));
    expect(judge(now, { sequence: 7, timestamp: 'other' })).toBe('run');
  });
});

test.each([
  ['a message runs until its third death', 2, 1000, 0, 'run'],
  ['three deaths convict', 3, 1000, 0, 'convict'],
  ['a worker that finished too little defers', 3, 19, 0, 'defer'],
  ['20 finished allow the first conviction', 3, 20, 0, 'convict'],
  ['20 don’t allow the second', 3, 20, 1, 'defer'],
  ['40 do', 3, 40, 1, 'convict'],
] as const)('%s', (_name, deaths, finished, convicted, verdict) => {
  let now: Page = { ...page(finished), convicted };
  for (let i = 0; i < deaths; i += 1) now = die(noteGroup(now, [message(7)]));
  expect(judge(now, message(7))).toBe(verdict);
});

test('a new group takes the place of the last one, and suspects stay', () => {
  const suspects = die(noteGroup(page(), [message(1), message(2)]));
  const now = noteGroup(noteGroup(suspects, [message(1)]), [message(3)]);
  expect(now.entries.map(({ sequence, inHand }) => [sequence, inHand])).toEqual([
    [3, true],
    [2, false],
  ]);
});
