import { join } from 'node:path';
import { withLock } from '../process/lock.ts';
import { succeeds } from '../process/run.ts';
import { type Progress } from '../progress.ts';
import { containerIdOf } from './container-id.ts';
import { askEngines, chooseWay, type Choice, nodeImageFrom } from './choose-way.ts';
import { downKind, kindAuditLog, kindIsHealthy, loadKind, signalKind, upKind } from './kind/index.ts';
import { downLocal, layoutOf, loadLocal, pidOf, signalLocal, troubleOfLocal, upLocal } from './local/index.ts';
import { checkClusterName, clustersDir, type ClusterState, DEFAULT_CLUSTER, kubeconfigOf, readState } from './state.ts';
import { type ClusterHandle, type ClusterStatus, type Way } from './types.ts';

export interface ClusterOptions {
  readonly progress: Progress;
  /** `streamjob` unless told otherwise. Clusters of different names live side by side. */
  readonly name?: string;
  /** Insists on one way. */
  readonly way?: Way;
  /** The node image of the kind way; else STREAMJOB_KIND_IMAGE, else kind's own. */
  readonly image?: string;
}

const LOCK_TIMEOUT_MS = 45 * 60_000;

/** Makes sure of a cluster: a healthy one is taken as it is, whatever else is there is removed before a new one is made. */
export async function clusterUp({ progress, way, image, ...options }: ClusterOptions): Promise<ClusterHandle> {
  const name = checkClusterName(options.name ?? DEFAULT_CLUSTER);
  return exclusively(name, progress, async () => {
    const status = await clusterStatus(name);
    if (status.state === 'healthy' && (way === undefined || way === status.way)) {
      progress.say(`cluster ${name}: ${status.message}`);
      return handleOf(name);
    }
    if (status.state !== 'absent') await remove(name);
    const choice = await decide(way, nodeImageFrom(image));
    progress.say(`cluster ${name}: ${describeChoice(choice)}`);
    if (choice.way === 'kind') await upKind(name, choice.provider, choice.image, progress);
    else await upLocal(name, progress);
    return handleOf(name);
  });
}

/** Removes a cluster and everything that was made for it; answers false when there was nothing. */
export async function clusterDown(name: string, progress: Progress): Promise<boolean> {
  return exclusively(checkClusterName(name), progress, async () => {
    const wasThere = readState(name) !== undefined;
    await progress.step(`removing the cluster ${name}`, () => remove(name), 5);
    return wasThere;
  });
}

export async function clusterStatus(name: string): Promise<ClusterStatus> {
  const state = readState(checkClusterName(name));
  if (state === undefined) return { name, state: 'absent', message: 'there is none: npm run cluster -- up' };
  const trouble = await troubleOf(name, state);
  const facts = { name, way: state.way, kubeconfig: kubeconfigOf(name), auditLogPath: auditLogOf(name, state) };
  const made = state.way === 'kind' ? `made with kind on ${state.provider ?? 'an engine'}` : 'made of local components';
  if (trouble === undefined) return { ...facts, state: 'healthy', message: `it runs (${made})` };
  return { ...facts, state: 'broken', message: `${trouble} (${made}): npm run cluster -- up makes it anew` };
}

/** A cluster that an earlier run brought up. Throws when there is none. */
export function handleOf(name: string): ClusterHandle {
  const state = readState(checkClusterName(name));
  if (state === undefined) throw new Error(`there is no cluster ${name}: npm run cluster -- up`);
  const { provider = 'docker' } = state;
  const kubeconfig = kubeconfigOf(name);
  const facts = { name, way: state.way, kubeconfig, auditLogPath: auditLogOf(name, state), down: () => remove(name) };
  if (state.way === 'kind') {
    return {
      ...facts,
      imageEngine: provider,
      loadImage: (archive) => loadKind(name, provider, archive),
      signalContainer: async (namespace, pod, container, signal) =>
        signalKind(name, provider, await containerIdOf(kubeconfig, namespace, pod, container), signal),
    };
  }
  return {
    ...facts,
    imageEngine: 'buildah',
    loadImage: (archive) => loadLocal(name, archive),
    signalContainer: async (namespace, pod, container, signal) =>
      signalLocal(name, await containerIdOf(kubeconfig, namespace, pod, container), signal),
    containerPid: async (namespace, pod, container) =>
      pidOf(name, await containerIdOf(kubeconfig, namespace, pod, container)),
  };
}

async function troubleOf(name: string, state: ClusterState): Promise<string | undefined> {
  if (state.complete !== true) return 'the run that made it was ended half-way';
  if (state.way === 'local') return troubleOfLocal(name);
  return (await kindIsHealthy(name)) ? undefined : 'its API server does not answer';
}

async function remove(name: string): Promise<void> {
  const state = readState(name);
  if (state?.way === 'kind') await downKind(name, state.provider ?? 'docker');
  else if (process.platform === 'linux' && process.getuid?.() === 0) await downLocal(name);
}

async function decide(way: Way | undefined, image: string): Promise<Choice> {
  return chooseWay({
    engines: way === 'local' ? [] : await askEngines(image),
    image,
    isLinux: process.platform === 'linux',
    isRoot: process.getuid?.() === 0,
    hasGo: await succeeds('go', ['version']),
    ...(way === undefined ? {} : { way }),
  });
}

function describeChoice(choice: Choice): string {
  return choice.way === 'kind'
    ? `made with kind, because ${choice.reason}`
    : `made of Kubernetes' own components on this machine, because ${choice.reason}`;
}

function auditLogOf(name: string, { way }: ClusterState): string {
  return way === 'local' ? layoutOf(name).auditLog : kindAuditLog(name);
}

function exclusively<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const onWait = (pid: number): void => {
    progress.say(`process ${pid} is at work on cluster ${name}: waiting for it`);
  };
  return withLock(join(clustersDir(), `${name}.lock`), { timeoutMs: LOCK_TIMEOUT_MS, onWait }, work);
}
