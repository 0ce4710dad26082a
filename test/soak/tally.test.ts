import { expect, test } from '@jest/globals';
import { eventOf, expectedOf, Tallying } from './tally.ts';

type Event = { id: number; keep: boolean; origin: string; text: string };

/** The results of events 0 to 19, as the job makes them. */
function results(): [subject: string, payload: string][] {
  return Array.from({ length: 20 }, (_, id) => JSON.parse(eventOf(id)) as Event)
    .filter(({ keep }) => keep)
    .map(({ id, origin, text }) => [`out.${origin}`, JSON.stringify({ id, origin, text, note: `${origin} ${text}` })]);
}

function tally(of: readonly [string, string][]): object {
  const tallying = new Tallying(20);
  for (const [subject, payload] of of) tallying.add(subject, payload);
  return tallying.result();
}

test('all of them, once', () => {
  expect(tally(results().reverse())).toEqual({ expected: 18, lost: 0, doubled: 0, wrong: 0, examples: [] });
  expect(expectedOf(20)).toBe(18);
});

test.each<{ title: string; change: (all: [string, string][]) => [string, string][]; found: object }>([
  { title: 'one is missing', change: (all) => all.slice(1), found: { lost: 1, examples: [1] } },
  { title: 'one is there twice', change: (all) => [...all, all[3]!], found: { doubled: 1, examples: [4] } },
  {
    title: 'one is on another subject',
    change: ([first, ...rest]) => [['out.o9', first![1]], ...rest],
    found: { lost: 1, wrong: 1, examples: [1, 1] },
  },
  {
    title: 'one has another content',
    change: ([first, ...rest]) => [[first![0], first![1].replace('event', 'other')], ...rest],
    found: { lost: 1, wrong: 1 },
  },
  {
    title: 'one that was to be dropped',
    change: (all) => [...all, ['out.o0', '{"id":10,"origin":"o0","text":"event 10","note":"o0 event 10"}']],
    found: { wrong: 1, examples: [10] },
  },
  { title: 'one of another run', change: (all) => [...all, ['out.o0', '{"id":99}']], found: { wrong: 1, lost: 0 } },
])('$title', ({ change, found }) => {
  expect(tally(change(results()))).toMatchObject(found);
});
