import { expect, test } from '@jest/globals';
import { renderTable } from './table.ts';

test('lines up its columns and marks what differs', () => {
  const text = renderTable([
    { what: 'published', expected: 200_000, found: 200_000 },
    { what: 'lost', expected: 0, found: 2 },
  ]);
  expect(text.split('\n')).toEqual([
    '            from the file   on the cluster',
    'published         200,000          200,000',
    'lost                    0                2   ≠',
  ]);
});
