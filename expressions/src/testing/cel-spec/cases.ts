import { getConformanceSuite, type IncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js';

type SpecTest = IncrementalTestSuite['tests'][number];

/** One of CEL's public conformance cases. */
export type SpecCase = {
  /** As in "comparisons/eq_literal". */
  readonly section: string;
  readonly name: string;
  readonly test: SpecTest['original'];
};

export type SpecValue = Extract<SpecCase['test']['resultMatcher'], { case: 'value' }>['value'];

/** For tests: all conformance cases that CEL publishes, in their order. */
export function allCases(): readonly SpecCase[] {
  return getConformanceSuite().suites.flatMap((file) =>
    file.suites.flatMap((section) =>
      section.tests.map(({ name, original }) => ({ section: `${file.name}/${section.name}`, name, test: original })),
    ),
  );
}

/** What a case expects: a value, or that the evaluation fails. */
export type Expectation = { readonly kind: 'value'; readonly value: SpecValue } | { readonly kind: 'error' };

/** Undefined when the case asks for nothing but the type that a checker deduces. */
export function expectationOf({ test }: SpecCase): Expectation | undefined {
  const { resultMatcher: matcher } = test;
  if (matcher.case === 'value') return { kind: 'value', value: matcher.value };
  if (matcher.case === 'evalError') return { kind: 'error' };
  if (matcher.case === 'typedResult' && matcher.value.result !== undefined) {
    return { kind: 'value', value: matcher.value.result };
  }
  return undefined;
}
