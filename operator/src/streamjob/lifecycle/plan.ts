import { type ConnectionConfig } from '../../config/schema.ts';
import { type Deployment } from '../../kube/index.ts';
import { type Action } from '../actions.ts';
import { type Finding } from '../findings/finding.ts';
import { acceptedSource } from '../findings/source.ts';
import { FINALIZER } from '../names.ts';
import { deployment, type RenderContext } from '../resources/index.ts';
import { type Snapshot } from '../snapshot.ts';
import { accessTo } from './connection.ts';
import { consumerNameOf, planConsumer, type ConsumerPlan } from './consumer.ts';
import { planDeletion } from './deletion.ts';
import { objectWrites, scaleOnly, type Writes } from './objects.ts';
import { type Picture, type Plan } from './picture.ts';
import { planRehearsal, type Rehearsing } from './rehearsal.ts';
import { isRolledOut, runningRevision, type Revision } from './revision.ts';
import { sampleTarget } from './sampling.ts';

/** Decides everything about one job from what was read. Pure. */
export function plan(snapshot: Snapshot, nowMs: number): Plan {
  if (snapshot.job.metadata.deletionTimestamp !== undefined) return planDeletion(snapshot, nowMs);
  const access = accessTo(snapshot.job, snapshot.connection);
  if (!access.ok) return keepCount(snapshot, access.finding);
  const { verdict } = snapshot;
  const running = runningRevision(snapshot);
  const refusal = verdict.ok ? undefined : verdict.finding;
  const revision = verdict.ok ? verdict : running;
  if (revision === undefined) return keepCount(snapshot, refusal);
  return planCourse(snapshot, { connection: access.connection, revision, running, refusal }, nowMs);
}

/** Where a job goes, and from where. */
type Course = {
  readonly connection: ConnectionConfig;
  /** The spec's, or the running one while the spec is bad. */
  readonly revision: Revision;
  readonly running: Revision | undefined;
  readonly refusal: Finding | undefined;
};

function planCourse(snapshot: Snapshot, course: Course, nowMs: number): Plan {
  const { revision } = course;
  const rolledOut = isRolledOut(liveDeployment(snapshot), revision.hash);
  const consumer = planConsumer(snapshot, { manifest: revision.manifest, rolledOut }, nowMs);
  const rehearsing = planRehearsal(snapshot, deployment(render(snapshot, course, revision)), nowMs);
  const target = targetOf(course, consumer, rehearsing);
  const writes = target === undefined ? scaleOnly(snapshot) : objectWrites(render(snapshot, course, target), snapshot);
  const rehearsal = consumer.ready && rehearsing.state === 'due' ? [rehearsing.action] : [];
  const refused = rehearsing.state === 'refused' ? rehearsing.finding : undefined;
  return {
    actions: withFinalizer(snapshot, [...consumer.actions, ...rehearsal, ...writes.actions]),
    picture: picture(snapshot, { consumer, writes, refusal: course.refusal ?? refused, target }),
    ...sampleTarget(snapshot, consumer),
    ...soonest(consumer.requeueAtMs, writes.requeueAfterMs && nowMs + writes.requeueAfterMs),
  };
}

/** The spec's revision once its consumer is ready and the API server would take it; what runs until then. */
function targetOf({ revision, running }: Course, { ready }: ConsumerPlan, { state }: Rehearsing): Revision | undefined {
  return ready && state === 'passed' ? revision : running;
}

type Found = {
  readonly consumer: ConsumerPlan;
  readonly writes: Writes;
  readonly refusal: Finding | undefined;
  readonly target: Revision | undefined;
};

function picture(snapshot: Snapshot, { consumer, writes, refusal, target }: Found): Picture {
  const live = liveDeployment(snapshot);
  const runs = target !== undefined && (live !== undefined || writes.startsWorkers);
  const told = refusal ?? writes.conflict;
  return {
    ...(told === undefined ? {} : { refusal: told }),
    ...(writes.waiting === undefined ? {} : { waiting: writes.waiting }),
    ...(consumer.finding === undefined ? {} : { source: consumer.finding }),
    consumer: { name: consumer.name, seen: consumer.seen },
    ...(runs ? { revision: target.hash } : {}),
    rollingOut: runs && !isRolledOut(live, target.hash),
    wantedReplicas: wantedReplicas(snapshot),
    deleting: false,
  };
}

/** Nothing can be rendered: everything stays as it is, but for the number of workers. */
function keepCount(snapshot: Snapshot, refusal: Finding | undefined): Plan {
  const noted = snapshot.job.status?.source?.consumer;
  const { actions } = scaleOnly(snapshot);
  return {
    actions,
    picture: {
      ...(refusal === undefined ? {} : { refusal }),
      ...(noted === undefined ? {} : { consumer: { name: noted, seen: true } }),
      ...(snapshot.job.status?.revision?.current === undefined || liveDeployment(snapshot) === undefined
        ? {}
        : { revision: snapshot.job.status.revision.current }),
      rollingOut: false,
      wantedReplicas: wantedReplicas(snapshot),
      deleting: false,
    },
  };
}

/** The finalizer comes before anything that the garbage collector doesn't remove. */
function withFinalizer({ job }: Snapshot, actions: readonly Action[]): readonly Action[] {
  const present = job.metadata.finalizers?.includes(FINALIZER) ?? false;
  return present || actions.length === 0 ? actions : [{ type: 'addFinalizer' }, ...actions];
}

function render(snapshot: Snapshot, { connection }: Course, { manifest, hash }: Revision): RenderContext {
  const { job, worker, http, clusterId } = snapshot;
  const { name, namespace = '', uid } = job.metadata;
  const credentials = job.spec.credentialsSecretName ?? connection.defaultCredentialsSecretName;
  const accepted = acceptedSource(job);
  return {
    job: { name, namespace, uid },
    manifest,
    hash,
    clusterId,
    worker,
    http,
    connection,
    consumer: consumerNameOf(job, clusterId),
    replicas: wantedReplicas(snapshot),
    ...(credentials === undefined ? {} : { credentialsSecretName: credentials }),
    ...(accepted === undefined ? {} : { acceptedSource: accepted }),
  };
}

/** Taken from the spec as it is, even while the rest of it is bad. */
export function wantedReplicas({ job }: Snapshot): number {
  return job.spec.suspend ? 0 : job.spec.replicas;
}

export function liveDeployment({ objects }: Snapshot): Deployment | undefined {
  return objects.deployment.state === 'ours' ? objects.deployment.object : undefined;
}

function soonest(...times: readonly (number | undefined)[]): { requeueAtMs?: number } {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { requeueAtMs: Math.min(...known) };
}
