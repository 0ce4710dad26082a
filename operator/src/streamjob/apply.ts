import {
  addFinalizer,
  isForbidden,
  isInvalid,
  isNamespaceTerminating,
  isNotFound,
  removeFinalizer,
  resources,
  type Applier,
  type Cause,
  type Deployment,
  type KubeApi,
  type KubeObject,
} from '../kube/index.ts';
import { type Action } from './actions.ts';
import { cacheOf, type Caches } from './caches.ts';
import { type ConsumerTasks } from './consumer-tasks.ts';
import { type Finding } from './findings/finding.ts';
import { FINALIZER } from './names.ts';
import { type LiveStreamJob, type Rehearsal, type Snapshot } from './snapshot.ts';

export type ApplyDeps = {
  readonly api: KubeApi;
  readonly applier: Applier;
  readonly caches: Caches;
  readonly tasks: ConsumerTasks;
  readonly now: () => number;
};

export type Applied = {
  /** The job as the last write answered it; undefined when it went with its finalizer. */
  readonly job: LiveStreamJob | undefined;
  /** What a dry run said: reason to plan again. */
  readonly rehearsal?: Rehearsal;
  /** What was written, in order. */
  readonly done: readonly Action[];
};

type Run = { readonly key: string; readonly snapshot: Snapshot; readonly signal: AbortSignal };

/**
 * Does the actions in order and stops at the first that fails: every one of them can be repeated, so the next look
 * goes on from wherever this one ended. A dry run ends it too, since the plan depends on what it said.
 */
export async function apply(deps: ApplyDeps, run: Run, actions: readonly Action[]): Promise<Applied> {
  let { job } = run.snapshot;
  const done: Action[] = [];
  for (const action of actions) {
    if (action.type === 'rehearse') return { job, rehearsal: await rehearse(deps, run, action), done };
    if (action.type === 'removeFinalizer') {
      await removeFinalizer(deps.api, resources.streamJobs, job, FINALIZER, run.signal);
      return { job: undefined, done: [...done, action] };
    }
    if (action.type === 'addFinalizer') {
      job = await addFinalizer(deps.api, resources.streamJobs, job, FINALIZER, run.signal);
      deps.caches.streamJobs.observe(job);
      done.push(action);
    } else if (await write(deps, run, action)) done.push(action);
  }
  return { job, done };
}

type Write = Exclude<Action, { type: 'addFinalizer' | 'removeFinalizer' | 'rehearse' }>;

/** Answers whether anything was written. */
async function write(deps: ApplyDeps, { key, snapshot, signal }: Run, action: Write): Promise<boolean> {
  switch (action.type) {
    case 'apply':
      return applyObject(deps, snapshot, action, signal);
    case 'scale':
      return scale(deps, action, signal);
    case 'delete':
      return remove(deps.api, action, signal);
    case 'requestConsumer':
      deps.tasks.start(key, action.request);
      return true;
  }
}

async function applyObject(
  { applier, caches }: ApplyDeps,
  { objects }: Snapshot,
  { resource, desired, uid }: Extract<Action, { type: 'apply' }>,
  signal: AbortSignal,
): Promise<boolean> {
  const standings = [...Object.values(objects), ...objects.manifests.values()];
  const live = uid === undefined ? undefined : standings.map(objectOf).find((object) => object?.metadata.uid === uid);
  const { result, object } = await applier.writeIfChanged<KubeObject>(resource, desired, live, signal);
  cacheOf(caches, resource)?.observe(object);
  return result === 'written';
}

function objectOf(standing: unknown): KubeObject | undefined {
  return typeof standing === 'object' && standing !== null && 'object' in standing
    ? (standing.object as KubeObject)
    : undefined;
}

async function scale(
  { api, caches }: ApplyDeps,
  { ref, uid, replicas }: Extract<Action, { type: 'scale' }>,
  signal: AbortSignal,
): Promise<boolean> {
  const patch = { metadata: { uid }, spec: { replicas } };
  caches.deployments.observe(await api.mergePatch<Deployment>(resources.deployments, ref, patch, { signal }));
  return true;
}

async function remove(
  api: KubeApi,
  { resource, ref, uid, propagation }: Extract<Action, { type: 'delete' }>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.delete(resource, ref, { uid, propagation, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function rehearse(
  { api, now }: ApplyDeps,
  { signal }: Run,
  { desired, fingerprint }: Extract<Action, { type: 'rehearse' }>,
): Promise<Rehearsal> {
  try {
    await api.apply(resources.deployments, desired, { dryRun: true, signal });
    return { fingerprint, atMs: now() };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { fingerprint, atMs: now(), refusal };
  }
}

/** What a refusal by the API server means to the job's owner; undefined for what a retry may cure by itself. */
export function refusalOf(error: unknown): Finding | undefined {
  if (isInvalid(error)) {
    const message = error.causes.length === 0 ? error.message : error.causes.map(tell).join('\n');
    return { reason: error.causes.some(isOfWorker) ? 'InvalidWorker' : 'ApplyRefused', message };
  }
  if (isForbidden(error) && !isNamespaceTerminating(error)) return { reason: 'ApplyRefused', message: error.message };
  return undefined;
}

const POD_TEMPLATE = /^spec\.template\.(spec\.containers\[0\]\.|spec\.|metadata\.)/;

const isOfWorker = ({ field }: Cause): boolean => POD_TEMPLATE.test(field);

/** Names the field as the job's author wrote it. */
const tell = ({ field, message }: Cause): string => `${field.replace(POD_TEMPLATE, 'spec.worker.')}: ${message}`;
