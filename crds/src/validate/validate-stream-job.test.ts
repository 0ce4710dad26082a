import { describe, expect, test } from '@jest/globals';
import { badManifests, badUpdates, changed, fullJob, goodManifests, minimalJob } from '../testing/index.ts';
import { validateStreamJob } from './validate-stream-job.ts';

const problemsOf = (value: unknown, old?: unknown) => {
  const result = validateStreamJob(value, old);
  return result.ok ? [] : result.problems;
};

describe('good manifests are taken', () => {
  test.each(Object.entries(goodManifests))('%s', (_name, manifest) => {
    expect(problemsOf(manifest)).toEqual([]);
  });
});

describe('bad manifests are refused by a problem that names the field', () => {
  test.each(badManifests.map((bad) => [bad.name, bad] as const))('%s', (_name, { manifest, field }) => {
    const problems = problemsOf(manifest);
    expect(problems.map(({ path }) => path)).toContainEqual(expect.stringContaining(field));
  });

  test('there are enough of them', () => {
    expect(badManifests.length).toBeGreaterThanOrEqual(100);
  });
});

describe('changes of what is immutable are refused', () => {
  test.each(badUpdates.map((bad) => [bad.name, bad] as const))('%s', (_name, { from, to, field }) => {
    const old = validateStreamJob(from);
    expect(problemsOf(to, old.ok ? old.job : undefined).map(({ path }) => path)).toEqual([field]);
  });

  test('the same time written otherwise is no change', () => {
    const start = (time: string) => changed(minimalJob, 'spec.source.jetstream.startFrom', { policy: 'Time', time });
    expect(problemsOf(start('2026-01-01T00:00:00Z'), start('2026-01-01T01:00:00+01:00'))).toEqual([]);
  });
});

describe('what the API server does before it validates', () => {
  test('defaults are filled in, but none of the worker part', () => {
    const result = validateStreamJob(minimalJob);
    const spec = { connection: 'default', suspend: false, replicas: 1, deletionPolicy: 'Delete', ...minimalJob.spec };
    expect(result).toEqual({ ok: true, job: { ...minimalJob, spec } });
  });

  test('a null counts as absent', () => {
    const result = validateStreamJob(changed(minimalJob, 'spec.replicas', null));
    expect(result.ok && result.job.spec.replicas).toBe(1);
  });

  test('nulls inside a payload schema stay', () => {
    const result = validateStreamJob(fullJob);
    expect(result.ok && result.job.spec.steps).toEqual(fullJob.spec.steps);
  });

  test('what is given is not changed', () => {
    const before = structuredClone(minimalJob);
    validateStreamJob(minimalJob);
    expect(minimalJob).toEqual(before);
  });
});

describe('what users read', () => {
  test.each([
    ['spec.stepz', [], 'is not a known field: did you mean steps?'],
    ['spec.source.jetstream.startForm', {}, 'is not a known field: did you mean startFrom?'],
    ['spec.zzzzzzzz', 1, expect.stringContaining('is not a known field: there are connection, ')],
    ['spec.deletionPolicy', 'Keep', 'must be one of Delete, Retain'],
    ['apiVersion', 'v1', 'must be streamjobs.dev/v1alpha1'],
    ['metadata.name', undefined, 'must be set'],
    ['spec.source.jetstream.subjects', ['a', 'b', 'a'], 'items 0 and 2 are the same'],
  ])('%s', (path, to, message) => {
    expect(problemsOf(changed(minimalJob, path, to))).toContainEqual({ path, message });
  });

  test.each([undefined, null, 3, 'text', [], {}])('%p is refused, not thrown at', (value) => {
    expect(problemsOf(value).length).toBeGreaterThan(0);
  });

  test('a status is not read', () => {
    expect(problemsOf({ ...minimalJob, status: { phase: 'Anything' } })).toEqual([]);
  });

  test('problems are bounded', () => {
    const sinks = Array.from({ length: 500 }, () => ({ name: 'A' }));
    expect(problemsOf(changed(minimalJob, 'spec.sinks', sinks)).length).toBeLessThanOrEqual(50);
  });
});
