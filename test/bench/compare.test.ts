import { describe, expect, test } from '@jest/globals';
import { cpuRatios, regressions, type CpuRatios } from './compare.ts';
import { onTopUs, ratiosOf } from './ratios.ts';

const ratios: CpuRatios = { clientCpuVsNaive: 10, clientCpuVsRaw: 0.2, totalCpuVsNaive: 8, totalCpuVsRaw: 0.5 };
const baseline = { small: ratios };

describe('against the baseline', () => {
  test.each<{ title: string; now: Partial<CpuRatios>; found: string[] }>([
    { title: 'the same', now: {}, found: [] },
    { title: 'better', now: { clientCpuVsNaive: 20, totalCpuVsRaw: 0.9 }, found: [] },
    { title: 'a quarter less', now: { clientCpuVsNaive: 7.5 }, found: [] },
    { title: 'more than a quarter less', now: { clientCpuVsNaive: 7.4 }, found: ['clientCpuVsNaive'] },
    {
      title: 'two of them less',
      now: { clientCpuVsRaw: 0.1, totalCpuVsNaive: 5 },
      found: ['clientCpuVsRaw', 'totalCpuVsNaive'],
    },
    { title: 'not a number', now: { totalCpuVsRaw: NaN }, found: ['totalCpuVsRaw'] },
  ])('$title', ({ now, found }) => {
    const fallen = regressions(baseline, { small: { ...ratios, ...now } });
    expect(fallen.map(({ ratio }) => ratio)).toEqual(found);
  });

  test('a case that was not measured is told, a new one is not', () => {
    expect(regressions(baseline, { other: ratios })).toHaveLength(4);
    expect(regressions(baseline, { other: ratios, small: ratios })).toEqual([]);
  });

  test('the tolerance can be another', () => {
    expect(regressions(baseline, { small: { ...ratios, totalCpuVsRaw: 0.44 } }, 0.1)).toMatchObject([
      { name: 'small', ratio: 'totalCpuVsRaw', was: 0.5, is: 0.44 },
    ]);
  });
});

describe('ratios', () => {
  const sample = (messagesPerSecond: number, clientUs: number, serverUs: number): object => ({
    messagesPerSecond,
    clientUs,
    serverUs,
  });
  // The third round is on a machine that is twice as slow for all: the ratios stay.
  const result = {
    name: 'small',
    samples: {
      naive: [sample(4000, 150, 150), sample(4000, 150, 150), sample(2000, 300, 300)],
      worker: [sample(60_000, 15, 15), sample(60_000, 15, 15), sample(30_000, 30, 30)],
      raw: [sample(120_000, 3, 12), sample(120_000, 3, 12), sample(60_000, 6, 24)],
    },
    ownUs: [6, 6, 12],
  } as Parameters<typeof ratiosOf>[0];

  test('are those of each round', () => {
    expect(ratiosOf(result)).toEqual({
      speedVsNaive: 15,
      speedVsRaw: 0.5,
      clientCpuVsNaive: 10,
      clientCpuVsRaw: 0.2,
      totalCpuVsNaive: 10,
      totalCpuVsRaw: 0.5,
    });
    expect(cpuRatios(ratiosOf(result))).not.toHaveProperty('speedVsRaw');
  });

  test('what the worker needs on top of the job is its median', () => {
    expect(onTopUs(result)).toBe(9);
  });
});
