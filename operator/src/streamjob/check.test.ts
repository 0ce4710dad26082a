import { describe, expect, test } from '@jest/globals';
import { type StreamJobSpec } from '@streamjob/crds';
import { check } from './check.ts';
import { job } from './testing/fixtures.ts';

const sink = (over: object): Partial<StreamJobSpec> => ({
  sinks: [{ name: 'out', jetstream: { subject: 'out' }, ...over }],
});

describe('a bad spec', () => {
  const cases: Record<string, { spec: Partial<StreamJobSpec>; reason: string; told: string }> = {
    'with a filter that does not parse': {
      spec: { steps: [{ name: 'a', filter: { expression: 'event.x >' } }] },
      reason: 'InvalidExpression',
      told: 'spec.steps[0].filter.expression, line 1, column',
    },
    'with a filter that is no condition': {
      spec: { steps: [{ name: 'a', filter: { expression: '"text"' } }] },
      reason: 'InvalidExpression',
      told: 'spec.steps[0].filter.expression',
    },
    'with a field that does not compile': {
      spec: { steps: [{ name: 'a', map: { set: { good: '1', bad: 'events.x' } } }] },
      reason: 'InvalidExpression',
      told: 'spec.steps[0].map.set[bad]',
    },
    'with a key to look up that does not compile': {
      spec: { steps: [{ name: 'a', enrich: { key: 'event.', into: 'a', kv: { bucket: 'B' } } }] },
      reason: 'InvalidExpression',
      told: 'spec.steps[0].enrich.key',
    },
    'with a condition of a sink that does not parse': {
      spec: sink({ when: ')' }),
      reason: 'InvalidExpression',
      told: 'spec.sinks[0].when',
    },
    'with a subject whose expression is bad': {
      spec: sink({ jetstream: { subject: 'out.${event.}' } }),
      reason: 'InvalidExpression',
      told: 'spec.sinks[0].jetstream.subject',
    },
    'with a header whose expression is bad': {
      spec: sink({ jetstream: { subject: 'out', headers: { Kind: '${event.}' } } }),
      reason: 'InvalidExpression',
      told: 'spec.sinks[0].jetstream.headers[Kind]',
    },
    'with a schema that is none': {
      spec: { steps: [{ name: 'a', validate: { schema: { type: 'nothing' } } }] },
      reason: 'InvalidSchema',
      told: 'spec.steps[0].validate.schema',
    },
    'with a module that does not parse': {
      spec: { steps: [{ name: 'a', code: { source: 'export default (e) => {\n  return e..x;\n}' } }] },
      reason: 'InvalidModule',
      told: 'spec.steps[0].code.source, line 2, column 12:\nunexpected token (line 2, column 12)\n\n    return e..x;\n',
    },
    'with a module that imports': {
      spec: { steps: [{ name: 'a', code: { source: "import 'node:fs'; export default (e) => e;" } }] },
      reason: 'InvalidModule',
      told: 'it can import nothing',
    },
    'with modules that leave the worker no memory': {
      spec: { steps: ['a', 'b', 'c'].map((name) => ({ name, code: { source: 'export default (e) => e' } })) },
      reason: 'InvalidSpec',
      told: 'may take 342Mi together, which is more than half of 512Mi: raise the limit to 684Mi',
    },
    'that breaks a rule': {
      spec: { steps: [{ name: 'a' }] },
      reason: 'InvalidSpec',
      told: 'spec.steps[0]',
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { spec, reason, told }) => {
    const verdict = check(job(spec));
    expect(verdict).toMatchObject({ ok: false, finding: { reason, message: expect.stringContaining(told) } });
  });

  test('tells the first three of its faults and how many more there are', () => {
    const steps = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, filter: { expression: '(' } }));
    const verdict = check(job({ steps }));
    const message = verdict.ok ? '' : verdict.finding.message;
    expect(message).toContain('spec.steps[2]');
    expect(message).not.toContain('spec.steps[3]');
    expect(message).toContain('and 2 more');
  });
});

describe('a good spec', () => {
  test('gives the manifest and its hash', () => {
    const one = check(job());
    const other = check(job({ replicas: 7, suspend: true, deletionPolicy: 'Retain' }));
    expect(one).toMatchObject({ ok: true, hash: expect.stringMatching(/^[0-9a-f]{10}$/) });
    expect(other).toEqual(one);
  });

  test('has another hash when what shapes workers changes', () => {
    const [one, other] = [check(job()), check(job({ deadLetter: { enabled: false } }))];
    expect(one.ok && other.ok && one.hash !== other.hash).toBe(true);
  });
});
