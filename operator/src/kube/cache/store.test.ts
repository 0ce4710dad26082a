import { describe, expect, test } from '@jest/globals';
import { pod } from '../testing/fake-api.ts';
import { type KubeObject } from '../objects.ts';
import { createStore, type Change, type Store } from './store.ts';

const everywhere = (resourceVersion: number, reset = false) => ({
  contains: () => true,
  resourceVersion: String(resourceVersion),
  reset,
});

/** `uid@version` of what was there before and is there after. */
const brief = (changes: readonly Change<KubeObject>[]): string[] =>
  changes.map(({ before, after }) => `${nameOf(before)} → ${nameOf(after)}`);
const nameOf = (object: KubeObject | undefined): string =>
  object === undefined ? '-' : `${object.metadata.uid}@${object.metadata.resourceVersion}`;

type Step = (store: Store<KubeObject>) => readonly Change<KubeObject>[];
const put =
  (version: number, uid = 'u'): Step =>
  (store) =>
    store.put(pod('a', version, { uid }));
const remove =
  (version: number, uid = 'u'): Step =>
  (store) =>
    store.remove(pod('a', version, { uid }));
const replace =
  (version: number, objects: KubeObject[], reset = false): Step =>
  (store) =>
    store.replace(objects, everywhere(version, reset));

const cases: Record<string, { steps: Step[]; changes: string[] }> = {
  'an object appears, changes and goes': {
    steps: [put(1), put(2), remove(3)],
    changes: ['- → u@1', 'u@1 → u@2', 'u@2 → -'],
  },
  'an older version changes nothing': { steps: [put(10), put(9)], changes: ['- → u@10'] },
  'the same version changes nothing': { steps: [put(1), put(1)], changes: ['- → u@1'] },
  'another object under the name is a going and an appearing': {
    steps: [put(1, 'old'), put(5, 'new')],
    changes: ['- → old@1', 'old@1 → -', '- → new@5'],
  },
  'the old object does not come back': { steps: [put(5, 'new'), put(4, 'old')], changes: ['- → new@5'] },
  "another object's deletion removes nothing": { steps: [put(5, 'new'), remove(6, 'old')], changes: ['- → new@5'] },
  'a deletion of what is not there is nothing': { steps: [remove(1)], changes: [] },
  'deleted and made again between two lists': {
    steps: [put(1, 'old'), replace(9, [pod('a', 8, { uid: 'new' })])],
    changes: ['- → old@1', 'old@1 → -', '- → new@8'],
  },
  'a list takes away what it does not have': { steps: [put(1), replace(9, [])], changes: ['- → u@1', 'u@1 → -'] },
  'but not what was written after it': { steps: [put(10), replace(9, [])], changes: ['- → u@10'] },
  'a list does not bring back older versions': {
    steps: [put(10), replace(9, [pod('a', 8, { uid: 'u' })])],
    changes: ['- → u@10'],
  },
  'unless history began anew': {
    steps: [put(100), replace(9, [pod('a', 8, { uid: 'u' })], true)],
    changes: ['- → u@100', 'u@100 → u@8'],
  },
  'and then what the list lacks goes whatever its version': {
    steps: [put(100), replace(9, [], true)],
    changes: ['- → u@100', 'u@100 → -'],
  },
};

describe('store', () => {
  test.each(Object.entries(cases))('%s', (_name, { steps, changes }) => {
    const store = createStore();
    expect(brief(steps.flatMap((step) => step(store)))).toEqual(changes);
  });

  test('a list of one namespace leaves the others alone', () => {
    const store = createStore();
    store.put(pod('a', 1, { namespace: 'one' }));
    store.put(pod('a', 1, { namespace: 'two' }));
    const contains = ({ metadata }: KubeObject): boolean => metadata.namespace === 'one';
    store.replace([], { contains, resourceVersion: '9', reset: false });
    expect(store.list().map(({ metadata }) => metadata.namespace)).toEqual(['two']);
  });

  test('indexes follow their objects', () => {
    const store = createStore({ job: ({ metadata }: KubeObject) => [metadata.labels?.job ?? 'none', 'all'] });
    const named = (value: string): string[] => store.byIndex('job', value).map(({ metadata }) => metadata.name);
    store.put(pod('a', 1, { labels: { job: 'x' } }));
    store.put(pod('b', 2, { labels: { job: 'x' } }));
    expect([named('x'), named('all'), named('y')]).toEqual([['a', 'b'], ['a', 'b'], []]);
    store.put(pod('a', 3, { labels: { job: 'y' } }));
    store.remove(pod('b', 4));
    expect([named('x'), named('all'), named('y')]).toEqual([[], ['a'], ['a']]);
  });
});
