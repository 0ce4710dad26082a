import { describe, expect, test } from '@jest/globals';
import { chooseGroup, groupSize, MAX_GROUP_BYTES, type Waiting } from './groups.ts';

const message = (deliveries: number, bytes = 100, suspect = false): Waiting => ({ deliveries, bytes, suspect });
const many = (count: number, ...args: Parameters<typeof message>): Waiting[] =>
  Array.from({ length: count }, () => message(...args));

test.each([
  [1, 64],
  [2, 64],
  [3, 16],
  [4, 4],
  [5, 1],
  [5000, 1],
])('a message at delivery %i is in hand with at most %i', (deliveries, size) => {
  expect(groupSize({ deliveries, suspect: false })).toBe(size);
});

describe('the next group', () => {
  const cases: [name: string, waiting: Waiting[], chosen: number[]][] = [
    ['of nothing is empty', [], []],
    [
      'takes one class, the least delivered first',
      [message(5), message(3), message(2), message(3), message(2)],
      [2, 4],
    ],
    ['of the third delivery has 16 at most', many(20, 3), Array.from({ length: 16 }, (_, i) => i)],
    ['of the fifth delivery has one', many(3, 5), [0]],
    ['is a suspect alone before all others', [message(2), message(5), message(2, 1, true), message(2, 1, true)], [2]],
    ['holds 1 MiB at most', many(3, 2, MAX_GROUP_BYTES / 2), [0, 1]],
    ['holds one message that is larger', many(3, 2, MAX_GROUP_BYTES * 2), [0]],
  ];
  test.each(cases)('%s', (_name, waiting, chosen) => {
    expect(chooseGroup(waiting)).toEqual(chosen);
  });
});
