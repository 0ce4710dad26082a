import {
  resources as kinds,
  wouldChange,
  type ConfigMap,
  type Deployment,
  type KubeObject,
  type Manifest,
  type Ref,
  type Resource,
} from '../../kube/index.ts';
import { type Action } from '../actions.ts';
import { type Finding } from '../findings/finding.ts';
import { manifestName } from '../names.ts';
import {
  connectionConfigMap,
  deployment,
  manifestConfigMap,
  networkPolicy,
  podDisruptionBudget,
  serviceAccount,
  type RenderContext,
} from '../resources/index.ts';
import { type JobObjects, type Snapshot, type Standing } from '../snapshot.ts';
import { isRolledOut, mountedManifests } from './revision.ts';

type Needed = { readonly resource: Resource; readonly desired: Manifest; readonly standing: Standing };

/** Writes to the cluster's objects, and what stands in their way. */
export type Writes = {
  readonly actions: readonly Action[];
  /** Something of a name that we need belongs to someone else. */
  readonly conflict?: Finding;
  /** Something of a name that we need is on its way out. */
  readonly waiting?: Finding;
  readonly requeueAfterMs?: number;
  /** Whether the Deployment is among what is made. */
  readonly startsWorkers: boolean;
};

const LEAVING_RETRY_MS = 2_000;
/** Objects without our label are in no cache: nobody tells when one goes. */
const CONFLICT_RETRY_MS = 15_000;

/** Makes every object of a revision what it should be. Workers that don't run yet wait until nothing is in the way. */
export function objectWrites(context: RenderContext, snapshot: Snapshot): Writes {
  const around = surroundings(context, snapshot.objects);
  const pods = workers(context, snapshot.objects);
  const all = [...around, pods];
  const conflict = all.find(({ standing }) => standing.state === 'foreign');
  const leaving = all.find(({ standing }) => standing.state === 'leaving');
  const held = pods.standing.state === 'absent' && (conflict !== undefined || leaving !== undefined);
  const start = held ? [] : actionFor(pods);
  const live = pods.standing.state === 'ours' ? (pods.standing.object as Deployment) : undefined;
  const clean = start.length === 0 && isRolledOut(live, context.hash) ? leftovers(context, snapshot) : [];
  return {
    actions: [...around.flatMap(actionFor), ...start, ...clean],
    ...(conflict === undefined ? {} : { conflict: conflictFinding(conflict), requeueAfterMs: CONFLICT_RETRY_MS }),
    ...(leaving === undefined ? {} : { waiting: leavingFinding(leaving), requeueAfterMs: LEAVING_RETRY_MS }),
    startsWorkers: start.length > 0,
  };
}

/** For a job whose objects can't be rendered: the number of workers is followed all the same. */
export function scaleOnly(snapshot: Snapshot): Writes {
  const { job, objects } = snapshot;
  const live = objects.deployment.state === 'ours' ? objects.deployment.object : undefined;
  const replicas = job.spec.suspend ? 0 : job.spec.replicas;
  const actions: Action[] =
    live === undefined || live.spec?.replicas === replicas
      ? []
      : [{ type: 'scale', ref: refOf(live), uid: live.metadata.uid, replicas }];
  return { actions, startsWorkers: false };
}

function conflictFinding({ resource, desired }: Needed): Finding {
  const message = `${resource.kind} ${desired.metadata.name} is there and isn't this job's; it is left alone`;
  return { reason: 'NameConflict', message };
}

function leavingFinding({ resource, desired }: Needed): Finding {
  return { reason: 'Replacing', message: `${resource.kind} ${desired.metadata.name} is still being removed` };
}

/** What the workers need before they start, in the order in which it is made: the wall comes before the pods. */
function surroundings(context: RenderContext, objects: JobObjects): readonly Needed[] {
  const manifest = manifestConfigMap(context);
  return [
    needed(kinds.configMaps, connectionConfigMap(context), objects.connection),
    needed(kinds.configMaps, manifest, objects.manifests.get(manifest.metadata.name) ?? { state: 'absent' }),
    needed(kinds.serviceAccounts, serviceAccount(context), objects.serviceAccount),
    needed(kinds.networkPolicies, networkPolicy(context), objects.networkPolicy),
    needed(kinds.podDisruptionBudgets, podDisruptionBudget(context), objects.podDisruptionBudget),
  ].flat();
}

function workers(context: RenderContext, objects: JobObjects): Needed {
  return { resource: kinds.deployments, desired: deployment(context), standing: objects.deployment };
}

function needed(resource: Resource, desired: Manifest | undefined, standing: Standing): Needed[] {
  return desired === undefined ? [] : [{ resource, desired, standing }];
}

/** The write that makes one object what it should be; none when it is, or when something else stands or leaves there. */
function actionFor({ resource, desired, standing }: Needed): readonly Action[] {
  if (standing.state === 'absent') return [{ type: 'apply', resource, desired }];
  if (standing.state !== 'ours' || !wouldChange(desired, standing.object)) return [];
  if (isTampered(desired, standing.object)) return [remove(resource, standing.object)];
  return [{ type: 'apply', resource, desired, uid: standing.object.metadata.uid }];
}

/** An immutable ConfigMap that says something else can only be made anew. */
function isTampered(desired: Manifest, live: KubeObject): boolean {
  const wanted = desired as Partial<ConfigMap>;
  const found = live as ConfigMap;
  return found.immutable === true && JSON.stringify(wanted.data) !== JSON.stringify(found.data);
}

/** Objects that no revision needs any more. Only when nothing is rolling out: an old pod may still be replaced. */
function leftovers(context: RenderContext, snapshot: Snapshot): readonly Action[] {
  const { manifests, connection } = snapshot.objects;
  const { verdict } = snapshot;
  // The newest manifest may be there already while what runs waits for the broker.
  const hashes = verdict.ok ? [context.hash, verdict.hash] : [context.hash];
  const names = hashes.map((hash) => manifestName(context.job.name, hash));
  const used = new Set([...mountedManifests(snapshot), ...names]);
  const stale = [...manifests].filter(([name]) => !used.has(name)).map(([, standing]) => standing);
  if (connectionConfigMap(context) === undefined) stale.push(connection);
  return stale.flatMap((standing) => (standing.state === 'ours' ? [remove(kinds.configMaps, standing.object)] : []));
}

function remove(resource: Resource, object: KubeObject): Action {
  return { type: 'delete', resource, ref: refOf(object), uid: object.metadata.uid, propagation: 'Background' };
}

export function refOf({ metadata: { name, namespace } }: KubeObject): Ref {
  return namespace === undefined ? { name } : { name, namespace };
}
