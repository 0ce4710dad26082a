import { describe, expect, test } from '@jest/globals';
import { checkClusterName, parseState } from './state.ts';

describe('parseState', () => {
  test.each([
    [
      'a finished local cluster',
      '{"way":"local","block":"10.200","complete":true}',
      { way: 'local', block: '10.200', complete: true },
    ],
    ['one that was begun', '{"way":"local","block":"10.200"}', { way: 'local', block: '10.200' }],
    ['kind', '{"way":"kind","provider":"podman","complete":true}', { way: 'kind', provider: 'podman', complete: true }],
    ['an unknown provider', '{"way":"kind","provider":"lxc"}', { way: 'kind' }],
    ['a block that is none', '{"way":"local","block":"; rm"}', { way: 'local' }],
    ['an unknown way', '{"way":"cloud"}', undefined],
    ['half a file', '{"way":"loc', undefined],
    ['nothing', '', undefined],
    ['null', 'null', undefined],
  ])('%s', (_case, text, expected) => {
    expect(parseState(text)).toEqual(expected);
  });
});

describe('checkClusterName', () => {
  test.each(['streamjob', 'a', 'e2e-2'])('%s is one', (name) => {
    expect(checkClusterName(name)).toBe(name);
  });

  test.each(['', 'A', '../x', '2x', 'a b', 'a'.repeat(41)])('%j is none', (name) => {
    expect(() => checkClusterName(name)).toThrow('lower case letters');
  });
});
