import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { consumerName } from '@streamjob/nats';
import { resources, type ConfigMap, type KubeObject } from '@streamjob/operator';
import { NAMESPACE, startEnvironment, type Environment } from './harness/environment.ts';
import { eventually, Jobs, reading, type LiveJob } from './harness/jobs.ts';
import { Kubelet } from './harness/kubelet.ts';

jest.setTimeout(600_000);

/** Bundled once, as in the image, so that a life begins within a second. */
const SOURCE = join(import.meta.dirname, 'harness/operator-process.ts');
const ESBUILD = join(import.meta.dirname, '../../../node_modules/.bin/esbuild');
const BANNER = "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);";
/** More writes than any step takes: an operator that gets nowhere fails the test. */
const MOST_LIVES = 40;

let environment: Environment;
let jobs: Jobs;
let kubelet: Kubelet;
let child: ChildProcess | undefined;
let dir: string;
let isOver = false;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'streamjob-crash-'));
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node22', `--banner:js=${BANNER}`];
  execFileSync(ESBUILD, [SOURCE, ...options, `--outfile=${join(dir, 'operator.mjs')}`, '--log-level=error']);
  environment = await startEnvironment();
  jobs = new Jobs(environment.cluster.api);
  kubelet = new Kubelet(jobs, environment.cluster.kubectl);
}, 120_000);

afterEach(() => {
  child?.kill('SIGKILL');
});

afterAll(async () => {
  isOver = true;
  await environment.stop();
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

function start(writes: number): { ended: Promise<unknown> } {
  const { cluster, nats } = environment;
  const args = [join(dir, 'operator.mjs'), cluster.operatorKubeconfig, nats.url, String(writes)];
  const begun = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  child = begun;
  return { ended: new Promise((resolve) => begun.once('exit', resolve)) };
}

/** Kills the operator after each of its writes until `done`; answers how often it died. */
async function livesUntil(what: string, done: () => Promise<boolean>): Promise<number> {
  for (let lives = 1; lives <= MOST_LIVES && !isOver; lives++) {
    const { ended } = start(1);
    const over = new AbortController();
    const finished = untilDone(what, done, over.signal);
    const isDone = await Promise.race([finished, ended.then(() => false)]);
    over.abort();
    if (isDone) {
      child?.kill('SIGKILL');
      await ended;
      return lives - 1;
    }
  }
  throw new Error(`${what}: not after ${MOST_LIVES} lives`);
}

/** True once `done` holds and nothing more is written for a while. */
async function untilDone(what: string, done: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  let quietSinceMs: number | undefined;
  return eventually(what, async () => {
    if (signal.aborted) return true;
    quietSinceMs = (await done()) ? (quietSinceMs ?? Date.now()) : undefined;
    return quietSinceMs !== undefined && Date.now() - quietSinceMs > 3_000;
  });
}

type Comparable = { objects: unknown[]; job: unknown; consumer: unknown };

/** Everything of a job but what two jobs can't share: names, identities, times and versions. */
async function portraitOf(name: string): Promise<Comparable> {
  const list = async (resource: (typeof resources)[keyof typeof resources]): Promise<KubeObject[]> => {
    const { items } = await jobs.api.list(resource, {
      namespace: NAMESPACE,
      labelSelector: `streamjobs.dev/job=${name}`,
    });
    return [...items].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };
  const { deployments, configMaps, serviceAccounts, networkPolicies, podDisruptionBudgets } = resources;
  const kinds = [deployments, configMaps, serviceAccounts, networkPolicies, podDisruptionBudgets];
  const objects = (await Promise.all(kinds.map(list))).flat();
  const { metadata, status, spec } = await jobs.get(name);
  const consumer = consumerName({ clusterId: 'cluster-one', namespace: NAMESPACE, name });
  const { config } = await environment.streams.manager.consumers.info('FLIGHTS', consumer);
  const portrait = {
    objects: objects.map((object) => ({
      ...object,
      status: undefined,
      metadata: { name: object.metadata.name, labels: object.metadata.labels, owner: object.metadata.ownerReferences },
    })),
    job: { spec, finalizers: metadata.finalizers, status: timeless(status) },
    consumer: { ...config, metadata: { ...config.metadata } },
  };
  const text = JSON.stringify(portrait).replaceAll(metadata.uid, 'UID').replaceAll(consumer, 'CONSUMER');
  return JSON.parse(text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'NAME')) as Comparable;
}

function timeless(status: LiveJob['status']): unknown {
  const { source, conditions, ...rest } = status ?? {};
  const { observedTime: _observedTime, streamCreated: _created, lastSequence: _last, ...numbers } = source ?? {};
  return {
    ...rest,
    source: numbers,
    conditions: conditions?.map(({ lastTransitionTime: _time, ...condition }) => condition),
  };
}

const isReady = async (name: string): Promise<boolean> => {
  const found = await jobs.condition(name, 'Ready');
  const { status } = await jobs.get(name);
  return found?.status === 'True' && status?.conditions?.length === 2;
};

test('killed after each of its writes, it ends in the same state as one that lives', async () => {
  // The one that lives.
  const { ended } = start(0);
  await jobs.create('alive', reading(['flights.x.>']));
  await jobs.deployment('alive');
  await kubelet.rollOut('alive');
  await jobs.until('alive', 'Ready', 'True');
  await jobs.edit('alive', { ...reading(['flights.x.y']), replicas: 2 });
  await eventually('the edit', async () => (await jobs.deployment('alive')).spec?.replicas === 2);
  await kubelet.rollOut('alive');
  await eventually('settled', async () => oneManifest('alive'));
  await eventually('ready', () => isReady('alive'));
  child?.kill('SIGTERM');
  await ended;

  // The one that dies.
  await jobs.create('mortal', reading(['flights.x.>']));
  const hasDeployment = async (): Promise<boolean> =>
    (await jobs.find(resources.deployments, 'mortal-worker')) !== undefined;
  const born = await livesUntil('the Deployment', hasDeployment);
  expect(born).toBeGreaterThanOrEqual(7);
  await kubelet.rollOut('mortal');
  await livesUntil('Ready', () => isReady('mortal'));
  await jobs.edit('mortal', { ...reading(['flights.x.y']), replicas: 2 });
  const changed = await livesUntil('the edit', async () => {
    const { spec, metadata, status } = await jobs.deployment('mortal');
    const rollsOut = spec?.replicas === 2;
    if (rollsOut && (status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) await kubelet.rollOut('mortal');
    return rollsOut && (await oneManifest('mortal')) && (await isReady('mortal'));
  });
  expect(changed).toBeGreaterThanOrEqual(4);
  expect(await portraitOf('mortal')).toEqual(await portraitOf('alive'));

  // And its end.
  await jobs.delete('mortal');
  await livesUntil('the end', async () => {
    const deployment = await jobs.find(resources.deployments, 'mortal-worker');
    if (deployment?.metadata.deletionTimestamp !== undefined) await kubelet.collect('mortal');
    return (await jobs.find(resources.streamJobs, 'mortal')) === undefined;
  });
  const names = await environment.streams.manager.consumers.list('FLIGHTS').next();
  expect(names.map(({ name }) => name).filter((name) => name.endsWith('-mortal'))).toEqual([]);
});

async function oneManifest(name: string): Promise<boolean> {
  const { items } = await jobs.api.list<ConfigMap>(resources.configMaps, { namespace: NAMESPACE });
  return items.filter(({ metadata }) => metadata.name.startsWith(`${name}-worker-`)).length === 1;
}
