import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecentCache } from './recent-cache.ts';

describe('a cache of what was asked for lately', () => {
  test('keeps what is asked for again and again, and lets go of what is not', () => {
    const cache = new RecentCache<number>(100);
    cache.set('hot', 0, 1);
    for (let index = 1; index <= 1000; index += 1) {
      cache.set(`cold${index}`, index, 1);
      expect(cache.get('hot')).toBe(0);
    }
    expect(cache.get('cold1')).toBeUndefined();
    expect(cache.get('cold1000')).toBe(1000);
  });

  test('does not keep what alone takes more than half', () => {
    const cache = new RecentCache<number>(100);
    cache.set('a', 1, 51);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.cost).toBe(0);
  });

  test('a value that is too large replaces the one before by none', () => {
    const cache = new RecentCache<number>(100);
    cache.set('a', 1, 1);
    cache.set('a', 2, 99);
    expect(cache.get('a')).toBeUndefined();
  });

  test('never costs more than allowed, and never gives another value than the last one', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const steps = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key: keys, cost: fc.integer({ min: 0, max: 12 }) }),
      fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), key: keys, cost: fc.constant(0) }),
      fc.record({ kind: fc.constant('clear' as const), key: fc.constant(''), cost: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 200 }), (script) => {
        const cache = new RecentCache<number>(20);
        const last = new Map<string, number>();
        for (const [index, { kind, key, cost }] of script.entries()) {
          if (kind === 'set') cache.set(key, index, cost);
          if (kind === 'set') last.set(key, index);
          if (kind === 'delete') cache.delete(key);
          if (kind === 'delete') last.delete(key);
          if (kind === 'clear') cache.clear();
          if (kind === 'clear') last.clear();
          if (kind === 'get') expect([undefined, last.get(key)]).toContain(cache.get(key));
          expect(cache.cost).toBeGreaterThanOrEqual(0);
          expect(cache.cost).toBeLessThanOrEqual(20);
        }
      }),
    );
  });
});
