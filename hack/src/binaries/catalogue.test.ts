import { describe, expect, test } from '@jest/globals';
import { hashOf } from './cache.ts';
import { binaryNames, clusterBinaries, kindClusterBinaries, localClusterBinaries, recipesFor } from './catalogue.ts';

describe('recipesFor', () => {
  test('every binary has exactly one recipe', () => {
    const built = recipesFor(binaryNames).flatMap(({ packages }) => Object.keys(packages));
    expect(built.sort()).toEqual([...binaryNames].sort());
  });

  test('takes only what was asked for, in one build per module', () => {
    const recipes = recipesFor(['kubectl', 'kube-apiserver', 'etcd']);
    expect(recipes.map(({ packages }) => Object.keys(packages))).toEqual([['etcd'], ['kube-apiserver', 'kubectl']]);
  });

  test('nothing asked, nothing built', () => {
    expect(recipesFor([])).toEqual([]);
  });
});

test('either kind of cluster has what works with both', () => {
  for (const name of clusterBinaries) {
    expect(localClusterBinaries).toContain(name);
    expect(kindClusterBinaries).toContain(name);
  }
});

describe('hashOf', () => {
  test.each([
    ['another input', ['a', 'b'], ['a', 'c']],
    ['another cut between inputs', ['ab', 'c'], ['a', 'bc']],
    ['one input less', ['a', ''], ['a']],
  ])('changes with %s', (_case, one, other) => {
    expect(hashOf(one)).not.toBe(hashOf(other));
  });

  test('is short and stable', () => {
    expect(hashOf(['a'])).toMatch(/^[0-9a-f]{12}$/);
    expect(hashOf(['a'])).toBe(hashOf(['a']));
  });
});
