import { describe, expect, test } from '@jest/globals';
import { changed, fullJob, minimalJob, type Manifest } from '../testing/index.ts';
import { validateStreamJob } from '../validate/validate-stream-job.ts';
import { resolveDefaults } from './resolve-defaults.ts';
import { manifestHash, workerManifest } from './worker-manifest.ts';

function manifestOf(job: Manifest) {
  const result = validateStreamJob(job);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return workerManifest(result.job);
}

const hashOf = (job: Manifest) => manifestHash(manifestOf(job));

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

describe('the worker manifest', () => {
  test('is what the user wrote about the worker, with no default', () => {
    expect(manifestOf(minimalJob)).toEqual(minimalJob);
  });

  test('leaves the rest out', () => {
    const { source, steps, sinks, deadLetter, worker } = fullJob.spec;
    expect(manifestOf(fullJob).spec).toEqual({ source, steps, sinks, deadLetter, worker });
  });

  test('is itself a manifest that a worker can be given', () => {
    expect(manifestOf(manifestOf(fullJob))).toEqual(manifestOf(fullJob));
  });
});

describe('the hash', () => {
  test('is ten hex digits', () => {
    expect(hashOf(fullJob)).toMatch(/^[0-9a-f]{10}$/);
  });

  test('is stable against the order of keys', () => {
    expect(hashOf(reversed(fullJob) as Manifest)).toBe(hashOf(fullJob));
  });

  test.each([
    ['metadata.name', 'other'],
    ['spec.replicas', 9],
    ['spec.suspend', false],
    ['spec.deletionPolicy', 'Delete'],
    ['spec.credentialsSecretName', 'another'],
  ])('%s rolls no pod', (path, to) => {
    expect(hashOf(changed(fullJob, path, to))).toBe(hashOf(fullJob));
  });

  test.each([
    ['spec.source.format', 'Text'],
    ['spec.steps[1].filter.expression', 'true'],
    ['spec.steps', undefined],
    ['spec.sinks[0].retry', undefined],
    ['spec.deadLetter', undefined],
    ['spec.worker.labels.team', 'other'],
  ])('%s makes another revision', (path, to) => {
    expect(hashOf(changed(fullJob, path, to))).not.toBe(hashOf(fullJob));
  });

  test('the order of steps matters', () => {
    const steps = fullJob.spec.steps as unknown[];
    expect(hashOf(changed(fullJob, 'spec.steps', steps.toReversed()))).not.toBe(hashOf(fullJob));
  });
});

describe('defaults', () => {
  test('of a job that says nothing', () => {
    expect(resolveDefaults(manifestOf(minimalJob))).toEqual({
      metadata: { name: 'minimal', namespace: 'default' },
      spec: {
        source: {
          format: 'Json',
          jetstream: {
            stream: 'FLIGHTS',
            subjects: [],
            startFrom: { policy: 'All' },
            ackWaitMs: 30_000,
            messageId: 'Stored',
          },
        },
        steps: [],
        sinks: [
          {
            name: 'out',
            jetstream: { subject: 'out.all', headers: {} },
            retry: { maxAttempts: 5, initialBackoffMs: 1_000, maxBackoffMs: 60_000 },
          },
        ],
        deadLetter: { enabled: true },
        worker: {
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          terminationGracePeriodMs: 30_000,
        },
      },
    });
  });

  test('of steps that say only what they must', () => {
    const steps = [
      { name: 'a', validate: { schema: {} } },
      { name: 'b', filter: { expression: 'true' } },
      { name: 'c', map: { remove: ['x'] } },
    ];
    const resolved = resolveDefaults(manifestOf(changed(minimalJob, 'spec.steps', steps)));
    expect(resolved.spec.steps).toEqual([
      { name: 'a', validate: { schema: {}, onInvalid: 'DeadLetter' } },
      { name: 'b', filter: { expression: 'true', onError: 'DeadLetter' } },
      { name: 'c', map: { set: {}, remove: ['x'] } },
    ]);
  });

  test('fill in nothing that is there', () => {
    const { spec } = resolveDefaults(manifestOf(fullJob));
    expect(spec.source.jetstream).toMatchObject({ ackWaitMs: 90_000, messageId: 'Producer' });
    expect(spec.sinks[0]?.retry).toEqual({ maxAttempts: 3, initialBackoffMs: 500, maxBackoffMs: 30_000 });
    expect(spec.worker).toMatchObject({ terminationGracePeriodMs: 120_000, resources: { limits: { cpu: '1500m' } } });
    expect(spec.deadLetter.enabled).toBe(false);
  });

  test('of sinks that say only what they must', () => {
    const sinks = [
      { name: 'kv', kv: { bucket: 'a', key: 'b' } },
      { name: 'http', http: { url: 'https://a.example' } },
      { name: 'batches', http: { url: 'https://a.example', batch: { maxBytes: '64Ki' } } },
    ];
    const retry = { maxAttempts: 5, initialBackoffMs: 1_000, maxBackoffMs: 60_000 };
    const http = { url: 'https://a.example', method: 'POST', headers: {}, timeoutMs: 10_000, concurrency: 16 };
    const idempotencyHeader = 'Idempotency-Key';
    const batch = { maxMessages: 100, maxBytes: 65_536, maxWaitMs: 50, format: 'JsonArray' };
    const resolved = resolveDefaults(manifestOf(changed(minimalJob, 'spec.sinks', sinks)));
    expect(resolved.spec.sinks).toEqual([
      { name: 'kv', kv: { bucket: 'a', key: 'b', operation: 'Put' }, retry },
      { name: 'http', http: { ...http, idempotencyHeader }, retry },
      { name: 'batches', http: { ...http, idempotencyHeader, batch }, retry },
    ]);
  });

  test('are not shared: whoever changes one changes no other', () => {
    const first = resolveDefaults(manifestOf(minimalJob));
    first.spec.worker.resources.limits = {};
    expect(resolveDefaults(manifestOf(minimalJob)).spec.worker.resources.limits).toEqual({ memory: '512Mi' });
  });
});
