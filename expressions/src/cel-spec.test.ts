import { describe, expect, test } from '@jest/globals';
import { allCases, expectationOf, type SpecCase } from './testing/cel-spec/cases.ts';
import { deviations } from './testing/cel-spec/deviations.ts';
import { isRight, run } from './testing/cel-spec/judge.ts';
import { notOurs } from './testing/cel-spec/not-ours.ts';

const cases = allCases();
const ours = cases.filter((specCase) => !notOurs.some(({ needs }) => needs(specCase)));
const conforming = ours.filter((specCase) => !deviations.some(({ is }) => is(specCase)));

const fileOf = ({ section }: SpecCase): string => section.split('/')[0] ?? '';

/** What is wrong with a case's result, or undefined. */
function wrong(specCase: SpecCase): string | undefined {
  const told = run(specCase);
  if (isRight(specCase, told)) return undefined;
  const { section, name, test: spec } = specCase;
  return `${section}/${name}: ${spec.expr} told ${shown(told)}, not ${shown(expectationOf(specCase))}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}

test('nothing silently stops to apply: so many public cases are run', () => {
  expect(cases.length).toBe(2344);
  expect(conforming.length).toBeGreaterThanOrEqual(1150);
  expect(ours.length - conforming.length).toBeLessThanOrEqual(60);
});

describe('the public conformance cases of CEL hold for', () => {
  test.each(Object.entries(Object.groupBy(conforming, fileOf)))('%s', (_file, group = []) => {
    expect(group.flatMap((specCase) => wrong(specCase) ?? [])).toEqual([]);
  });
});

describe('on purpose otherwise', () => {
  test.each(deviations)('$why', ({ is, instead }) => {
    const deviating = ours.filter(is);
    expect(deviating.length).toBeGreaterThan(0);
    expect(deviating.filter((specCase) => run(specCase).kind !== instead || wrong(specCase) === undefined)).toEqual([]);
  });
});

test.each(notOurs)('left out: $why', ({ needs }) => {
  expect(cases.filter(needs).length).toBeGreaterThan(0);
});
