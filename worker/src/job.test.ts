import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadJob, type Job } from './job.ts';
import { UsageError } from './options.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'job-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const GOOD = `
apiVersion: streamjobs.dev/v1alpha1
kind: StreamJob
metadata: { name: late, namespace: flights }
spec:
  source: { jetstream: { stream: FLIGHTS, startFrom: { policy: All } } }
  steps:
    - { name: only, filter: { expression: "event.delay > 60" } }
  sinks:
    - { name: out, jetstream: { subject: "out.\${event.origin}" } }
`;

function load(text: string, change: object = {}): Job {
  const job = join(dir, 'job.yaml');
  writeFileSync(job, text);
  return loadJob({ job, nats: ['nats://127.0.0.1:4222'], clusterId: 'local', ...change });
}

test('a job from a shell has names of its own that stay the same', () => {
  const [one, same] = [load(GOOD), load(GOOD)];
  expect([one.uid, one.consumer, one.revision]).toEqual([same.uid, same.consumer, same.revision]);
  expect(one.consumer).toMatch(/^sj-[0-9a-f]{10}-late$/);
  expect(load(GOOD, { clusterId: 'other' }).uid).not.toBe(one.uid);
});

test('a job in a pod has the names that it was given', () => {
  expect(load(GOOD, { uid: 'u', consumer: 'c', revision: 'r' })).toMatchObject({
    uid: 'u',
    consumer: 'c',
    revision: 'r',
  });
});

describe('a job that can’t run is refused, and the field is named', () => {
  const redact = GOOD.replace(
    'filter: { expression: "event.delay > 60" }',
    'redact: { fields: [a], with: Hash, keySecretName: pii }',
  );
  test.each<[string, string, object, RegExp]>([
    ['not YAML', 'a: [', {}, /not YAML: line/],
    ['another kind', GOOD.replace('StreamJob', 'Stream'), {}, /kind/],
    ['no stream', GOOD.replace('stream: FLIGHTS, ', ''), {}, /spec\.source\.jetstream/],
    ['a broken expression', GOOD.replace('> 60', '> > 60'), {}, /spec\.steps\[0\]\.filter\.expression/],
    ['a bad address', GOOD, { nats: ['http://x'] }, /--nats/],
    ['a missing secret', redact, { secretsDir: '/nowhere' }, /spec\.steps\[0\]\.redact/],
  ])('%s', (_name, text, change, message) => {
    expect(() => load(text, change)).toThrow(message);
    expect(() => load(text, change)).toThrow(UsageError);
  });

  test('a secret that is mounted is read', () => {
    mkdirSync(join(dir, 'pii'));
    writeFileSync(join(dir, 'pii', 'key'), 'k'.repeat(32));
    expect(load(redact, { secretsDir: dir }).uid).toBeTruthy();
  });
});

test('a file that is not there', () => {
  const job = join(dir, 'none.yaml');
  expect(() => loadJob({ job, nats: ['nats://a'], clusterId: 'x' })).toThrow(/--job.*none\.yaml/);
});
