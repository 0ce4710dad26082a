import { expect, test } from '@jest/globals';
import { streamJobSchema } from '../crd/schema.ts';
import { withRules } from '../crd/structural.ts';
import { rules } from '../spec/spec.ts';
import { badManifests, badUpdates, ruleMessages } from '../testing/index.ts';
import { validateStreamJob } from '../validate/validate-stream-job.ts';
import { rule, type Rule } from './rule.ts';
import { brokenRules } from './walk.ts';

/** Rules are asked only of what satisfies the schema. */
function broken(manifest: unknown, old?: unknown): Rule[] {
  const result = validateStreamJob(manifest, old);
  const byRules = !result.ok && result.problems.every(({ message }) => ruleMessages.has(message));
  return byRules ? brokenRules(rules, manifest, old).map((each) => each.rule) : [];
}

const brokenByTheTables = new Set<Rule>([
  ...badManifests.flatMap(({ manifest }) => broken(manifest)),
  ...badUpdates.flatMap(({ from, to }) => broken(to, from)),
]);

test.each(rules.map((each) => [`${each.at || 'root'}: ${each.message}`, each] as const))(
  '%s: some manifest of the tables breaks it',
  (_name, each) => {
    expect(brokenByTheTables.has(each)).toBe(true);
  },
);

test('a rule about a place that the schema does not have is an error', () => {
  const lost = rule('spec.nowhere', { rule: 'true', message: 'lost' }, () => true);
  expect(() => withRules(streamJobSchema(), [lost])).toThrow('spec.nowhere');
});

test('a rule speaks of every item and names its place', () => {
  const named = rule<{ a: number }>('list[]', { rule: 'self.a > 1', message: 'more', field: 'a' }, ({ a }) => a > 1);
  const found = brokenRules([named], { list: [{ a: 2 }, { a: 1 }] });
  expect(found.map(({ path }) => path)).toEqual([['list', 1, 'a']]);
});
