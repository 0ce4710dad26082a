import { describe, expect, test } from '@jest/globals';
import { addressesIn, candidateBlocks, chooseBlock, rangesOf } from './addresses.ts';

describe('chooseBlock', () => {
  test.each([
    ['nothing in use', [], '10.200'],
    ['another private network', ['192.168.1.0/24', '192.0.2.2'], '10.200'],
    ['a whole block in use', ['10.200.0.0/16'], '10.201'],
    ['one address of a block in use', ['10.200.7.9'], '10.201'],
    ['a range that begins before the block', ['10.192.0.0/12'], '10.208'],
    ['all of 10/8 behind a tunnel', ['10.0.0.0/8'], '172.18'],
    ['every private range', ['10.0.0.0/8', '172.16.0.0/12'], '198.18'],
    ['what is no IPv4 range', ['fe80::/64', 'broken'], '10.200'],
  ])('%s', (_case, used, expected) => {
    expect(chooseBlock(used)).toBe(expected);
  });

  test('no block left', () => {
    expect(() => chooseBlock(candidateBlocks.map((block) => `${block}.0.0/16`))).toThrow('no /16');
  });
});

test('the default route uses no range', () => {
  const routes = [{ dst: 'default' }, { dst: '10.200.0.0/16' }, { dst: '127.0.0.1' }, { type: 'unreachable' }];
  expect(rangesOf(JSON.stringify(routes))).toEqual(['10.200.0.0/16', '127.0.0.1']);
});

test('all addresses lie in the block', () => {
  const { block, ...addresses } = addressesIn('10.231');
  for (const address of Object.values(addresses).filter((each) => typeof each === 'string')) {
    expect(address.startsWith(`${block}.`)).toBe(true);
  }
});
