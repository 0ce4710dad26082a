import { test } from '@jest/globals';

/** What leads to a reason, and what ends it; each looks after jobs and streams of its own. */
export type Scenarios = Readonly<Record<string, () => Promise<void>>>;

/** Starts all at once, since most of their time is waiting. */
export function begin(scenarios: Scenarios): ReadonlyMap<string, Promise<void>> {
  const outcomes = new Map(Object.entries(scenarios).map(([name, run]) => [name, run()]));
  for (const outcome of outcomes.values()) outcome.catch(() => undefined); // told by the test of that name
  return outcomes;
}

/** One test a scenario. */
export function testEach(scenarios: Scenarios, outcomes: () => ReadonlyMap<string, Promise<void>>): void {
  test.each(Object.keys(scenarios))('%s', async (name) => {
    await outcomes().get(name);
  });
}
