import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  badManifests,
  badUpdates,
  changed,
  fullJob,
  goodManifests,
  minimalJob,
  ruleMessages,
} from '@streamjob/crds/testing';
import { validateStreamJob, type StreamJob } from '@streamjob/crds';
import { startControlPlane, type ControlPlane } from '@streamjob/hack';
import { createKubectl, type Kubectl } from '../../../hack/src/platform/kubectl.ts';
import { poll } from '../../../hack/src/process/poll.ts';
import { apiClient, type Answer, type ApiClient } from './api-client.ts';

const CRD = join(import.meta.dirname, '../../../charts/streamjob-operator/files/crds/streamjobs.streamjobs.dev.yaml');
const CRD_NAME = 'streamjobs.streamjobs.dev';
const JOBS = '/apis/streamjobs.dev/v1alpha1/namespaces/default/streamjobs';

// A call of kubectl takes seconds on a machine that other suites keep busy.
jest.setTimeout(60_000);

let controlPlane: ControlPlane;
let kubectl: Kubectl;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  kubectl = createKubectl(controlPlane.kubeconfigPath);
  api = apiClient(controlPlane.kubeconfigPath);
  await kubectl(['apply', '--server-side', '-f', CRD]);
  await kubectl(['wait', '--for=condition=Established', `crd/${CRD_NAME}`, '--timeout=30s']);
  // kubectl learns of the new resource a moment after the API server serves it.
  await poll('kubectl knows the resource', () => known(['explain', 'sj']), { timeoutMs: 30_000 });
}, 90_000);

afterAll(async () => {
  api.close();
  await controlPlane.stop();
}, 60_000);

const known = (args: readonly string[]): Promise<boolean> =>
  kubectl(args).then(
    () => true,
    () => false,
  );

const create = (manifest: object, query = ''): Promise<Answer> =>
  api.call('POST', `${JOBS}?fieldValidation=Strict${query}`, manifest);

const dryRun = (manifest: object) => create(manifest, '&dryRun=All');

/** Creates a job, hands it over, and takes it away again. */
async function withJob(manifest: { metadata: { name: string } }, use: (job: StreamJob) => Promise<void>) {
  const { code, body } = await create(manifest);
  expect([code, body.message]).toEqual([201, undefined]);
  try {
    await use(body as unknown as StreamJob);
  } finally {
    await api.call('DELETE', `${JOBS}/${manifest.metadata.name}`);
  }
}

describe('bad manifests are refused with a message that names the field', () => {
  test.each(badManifests.map((bad) => [bad.name, bad] as const))('%s', async (_name, { manifest, field }) => {
    const { code, body } = await dryRun(manifest);
    expect([400, 422]).toContain(code);
    expect(body.message).toContain(field);
    for (const message of brokenRuleMessages(manifest)) expect(body.message).toContain(message);
  });
});

/** What our side of the rules says: the CEL side must say the same. */
function brokenRuleMessages(manifest: unknown): string[] {
  const ours = validateStreamJob(manifest);
  return ours.ok ? [] : ours.problems.map(({ message }) => message).filter((message) => ruleMessages.has(message));
}

describe('good manifests are taken and come back as written, but for the defaults of the spec', () => {
  test.each(Object.entries(goodManifests))('%s', async (_name, manifest) => {
    const { code, body } = await dryRun(manifest);
    expect([code, body.message]).toEqual([201, undefined]);
    const ours = validateStreamJob(manifest);
    expect(body.spec).toEqual(ours.ok ? ours.job.spec : ours.problems);
  });
});

describe('changes of what is immutable are refused', () => {
  test.each(badUpdates.map((bad) => [bad.name, bad] as const))('%s', async (_name, { from, to, field }) => {
    await withJob(from, async ({ metadata }) => {
      const { resourceVersion } = metadata;
      const path = `${JOBS}/${metadata.name}?fieldValidation=Strict`;
      const { code, body } = await api.call('PUT', path, { ...to, metadata: { ...to.metadata, resourceVersion } });
      expect([code, body.message]).toEqual([422, expect.stringContaining(`${field}: Invalid value`)]);
    });
  });

  test('what is mutable can be changed', async () => {
    const to = ['replicas', 'suspend', 'deletionPolicy', 'steps', 'sinks', 'deadLetter', 'worker'].reduce(
      (job, field) => changed(job, `spec.${field}`, minimalJob.spec[field]),
      fullJob,
    );
    await withJob(fullJob, async ({ metadata }) => {
      const { resourceVersion, name } = metadata;
      const answer = await api.call('PUT', `${JOBS}/${name}`, { ...to, metadata: { name, resourceVersion } });
      expect([answer.code, answer.body.message]).toEqual([200, undefined]);
    });
  });
});

test('unknown fields are pruned when nobody asks for strictness', async () => {
  const { code, body } = await api.call('POST', `${JOBS}?dryRun=All`, changed(minimalJob, 'spec.sorce', {}));
  expect(code).toBe(201);
  expect(body.spec).not.toHaveProperty('sorce');
});

describe('subresources', () => {
  test('scale reads and writes replicas, and tells the selector', async () => {
    await withJob(minimalJob, async ({ metadata }) => {
      const path = `${JOBS}/${metadata.name}`;
      await kubectl(['scale', 'sj', metadata.name, '--replicas=4']);
      await api.call('PATCH', `${path}/status`, { status: { replicas: 2, selector: 'streamjobs.dev/job=minimal' } });
      const { body } = await api.call('GET', `${path}/scale`);
      expect(body).toMatchObject({
        spec: { replicas: 4 },
        status: { replicas: 2, selector: 'streamjobs.dev/job=minimal' },
      });
    });
  });

  test('a status is written through its subresource only, and moves no generation', async () => {
    await withJob(minimalJob, async ({ metadata }) => {
      const path = `${JOBS}/${metadata.name}`;
      const direct = await api.call('PATCH', path, { status: { phase: 'Running' } });
      expect(direct.body.status).toBeUndefined();
      const { code, body } = await api.call('PATCH', `${path}/status`, { status: fullStatus });
      expect([code, body.message]).toEqual([200, undefined]);
      expect(body).toMatchObject({ status: fullStatus, metadata: { generation: 1 } });
    });
  });
});

const fullStatus = {
  observedGeneration: 1,
  phase: 'Running',
  replicas: 1,
  readyReplicas: 1,
  selector: 'streamjobs.dev/job=minimal',
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Running',
      message: 'All workers are ready.',
      lastTransitionTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    },
  ],
  source: {
    stream: 'FLIGHTS',
    streamCreated: '2026-01-01T00:00:00.123456789Z',
    consumer: 'sj-0123456789-minimal',
    pending: 42,
    ackPending: 7,
    ackFloor: 1000,
    redelivered: 0,
    lastSequence: 1049,
    observedTime: '2026-01-01T00:00:00Z',
  },
  throughput: { inPerSecond: 12.5, outPerSecond: 11, failedPerSecond: 0, deadLettered: 1, unrouted: 2, duplicates: 0 },
  revision: { current: '0123456789' },
} satisfies StreamJob['status'];

describe('what people see', () => {
  test('the definition is structural, and its names are accepted', async () => {
    const { status } = await kubectl.json<{ status: { conditions: { type: string; status: string }[] } }>([
      'get',
      'crd',
      CRD_NAME,
    ]);
    const conditions = Object.fromEntries(status.conditions.map(({ type, status: value }) => [type, value]));
    expect(conditions).toEqual({ NamesAccepted: 'True', Established: 'True' });
  });

  test('columns', async () => {
    await withJob(minimalJob, async ({ metadata }) => {
      await api.call('PATCH', `${JOBS}/${metadata.name}/status`, { status: fullStatus });
      const lines = async (...args: string[]) =>
        (await kubectl(['get', ...args])).split('\n').map((line) => line.trim().split(/\s+/));
      const [header, row] = await lines('sj');
      expect(header).toEqual(['NAME', 'READY', 'PHASE', 'REPLICAS', 'LAG', 'AGE']);
      expect(row?.slice(0, 5)).toEqual(['minimal', 'True', 'Running', '1', '42']);
      const [wide, wideRow] = await lines('streaming', '-o', 'wide');
      expect(wide?.slice(-2)).toEqual(['RATE', 'REASON']);
      expect(wideRow?.slice(-2)).toEqual(['12.5', 'Running']);
    });
  });

  test('every field is explained, with the defaults that are not in the schema', async () => {
    const explained = async (path: string) => (await kubectl(['explain', path])).replaceAll(/\s+/g, ' ');
    expect(await explained('sj.spec.source.jetstream.ackWait')).toContain('Default (not written into the object): 30s');
    expect(await explained('sj.spec.sinks.retry.maxAttempts')).toContain('Default (not written into the object): 5');
  });

  test('kubectl refuses an unknown field by itself', async () => {
    const applied = kubectl.apply([changed(minimalJob, 'spec.sinks[0].retries', 1)]);
    await expect(applied).rejects.toThrow(/spec\.sinks\[0\].*unknown field.*retries/s);
  });
});
