import { expect, test } from '@jest/globals';
import { markdown, plain } from './table.ts';

const table = {
  title: 'Speed',
  head: ['who', 'k msg/s'],
  rows: [
    ['a', '1.0'],
    ['worker', '60.0'],
  ],
};

test('for a terminal', () => {
  expect(plain(table)).toBe(['Speed', 'who     k msg/s', 'a           1.0', 'worker     60.0'].join('\n'));
});

test('for docs', () => {
  expect(markdown(table)).toBe(
    [
      '**Speed**',
      '',
      '| who    | k msg/s |',
      '| ------ | ------: |',
      '| a      |     1.0 |',
      '| worker |    60.0 |',
    ].join('\n'),
  );
});
