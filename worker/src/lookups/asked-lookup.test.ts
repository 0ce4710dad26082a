import { describe, expect, test } from '@jest/globals';
import { AskedLookup, type Asked } from './asked-lookup.ts';
import { MISSING, unavailable, type LookupAnswer } from './lookup.ts';

const found = (value: unknown): LookupAnswer => ({ kind: 'found', value, inexact: false });
const kept = (answer: LookupAnswer, keepMs = 1_000, cost = 1): Asked => ({ answer, keepMs, cost });

/** A lookup whose questions the test answers, in the order they were asked. */
function scene({ concurrency = 2, maxCost = 100 } = {}) {
  let nowMs = 0;
  const open: { readonly key: string; readonly answer: (asked: Asked) => void }[] = [];
  const asked: string[] = [];
  const lookup = new AskedLookup({
    ask: (key) => {
      asked.push(key);
      return new Promise((answer) => open.push({ key, answer }));
    },
    concurrency,
    maxCost,
    clock: { monotonicMs: () => nowMs },
  });
  const answer = async (given: Asked): Promise<void> => {
    open.shift()?.answer(given);
    await settle();
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { lookup, asked, answer, pass, open };
}

const settled = (answers: readonly (LookupAnswer | Promise<LookupAnswer>)[]) =>
  Promise.all(answers.map((answer) => Promise.resolve(answer)));

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe('asking', () => {
  test('those who ask for one key at once share one question, and the answer is remembered', async () => {
    const { lookup, asked, answer } = scene();
    const both = [lookup.get('a'), lookup.get('a')];
    await answer(kept(found(1)));
    expect(await settled(both)).toEqual([found(1), found(1)]);
    expect(lookup.get('a')).toEqual(found(1));
    expect(asked).toEqual(['a']);
  });

  test('an answer is used as long as it may be kept, and not longer', async () => {
    const { lookup, asked, answer, pass } = scene();
    void lookup.get('a');
    await answer(kept(MISSING, 500));
    pass(499);
    expect(lookup.get('a')).toEqual(MISSING);
    pass(1);
    expect(lookup.get('a')).toBeInstanceOf(Promise);
    expect(asked).toEqual(['a', 'a']);
  });

  test('what may not be kept is asked for again', async () => {
    const { lookup, asked, answer } = scene();
    const first = lookup.get('a');
    await answer(kept(unavailable('HTTP 503', 2_000), 0));
    expect(await first).toEqual({
      kind: 'unavailable',
      reason: 'LookupUnreachable',
      code: 'HTTP 503',
      retryAfterMs: 2_000,
    });
    void lookup.get('a');
    expect(asked).toEqual(['a', 'a']);
  });

  test('no more than so many questions at once; the others have their turn in order', async () => {
    const { lookup, asked, answer } = scene({ concurrency: 2 });
    const all = ['a', 'b', 'c', 'd'].map((key) => lookup.get(key));
    expect(asked).toEqual(['a', 'b']);
    await answer(kept(found('a')));
    expect(asked).toEqual(['a', 'b', 'c']);
    for (const key of ['b', 'c', 'd']) await answer(kept(found(key)));
    expect(await settled(all)).toEqual(['a', 'b', 'c', 'd'].map(found));
  });

  test('when nobody answers, those who wait for their turn are told so instead of waiting for the same', async () => {
    const { lookup, asked, answer } = scene({ concurrency: 1 });
    const all = Array.from({ length: 50 }, (_, index) => lookup.get(`k${index}`));
    for (let times = 0; times < 4; times += 1) await answer(kept(unavailable('Timeout'), 0));
    expect(new Set((await settled(all)).map((each) => JSON.stringify(each))).size).toBe(1);
    expect(asked).toHaveLength(4);
    void lookup.get('k9');
    expect(asked).toHaveLength(5);
  });

  test('one success in between and they keep waiting', async () => {
    const { lookup, asked, answer } = scene({ concurrency: 1 });
    for (let index = 0; index < 20; index += 1) void lookup.get(`k${index}`);
    for (let times = 0; times < 5; times += 1) {
      for (let failed = 0; failed < 3; failed += 1) await answer(kept(unavailable('Timeout'), 0));
      await answer(kept(found(1)));
    }
    expect(asked).toHaveLength(20);
  });
});

describe('a key that changes', () => {
  test('is asked for anew', async () => {
    const { lookup, answer } = scene();
    void lookup.get('a');
    await answer(kept(found(1)));
    lookup.forget('a');
    const again = lookup.get('a');
    await answer(kept(found(2)));
    expect(await again).toEqual(found(2));
    expect(lookup.get('a')).toEqual(found(2));
  });

  test('while it is being asked for: the answer that is on its way is not remembered', async () => {
    const { lookup, asked, answer } = scene();
    const early = lookup.get('a');
    lookup.forget('a');
    const late = lookup.get('a');
    expect(asked).toEqual(['a', 'a']);
    await answer(kept(found('old')));
    expect(await early).toEqual(found('old'));
    await answer(kept(found('new')));
    expect(await late).toEqual(found('new'));
    expect(lookup.get('a')).toEqual(found('new'));
  });
});

test('what is remembered stays within its cost', async () => {
  const { lookup, answer } = scene({ maxCost: 10 });
  for (let index = 0; index < 50; index += 1) {
    void lookup.get(`k${index}`);
    await answer(kept(found(index), 1_000, 3));
    expect(lookup.cost).toBeLessThanOrEqual(10);
  }
});

test('closing refuses those who wait, and those who come later', async () => {
  const { lookup, asked } = scene({ concurrency: 1 });
  void lookup.get('a');
  const waiting = lookup.get('b');
  lookup.close();
  expect(await waiting).toEqual(unavailable('Closing'));
  expect(await lookup.get('c')).toEqual(unavailable('Closing'));
  expect(asked).toEqual(['a']);
});
