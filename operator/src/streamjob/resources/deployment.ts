import { resolveDefaults, type WorkerTemplate } from '@streamjob/crds';
import { type DesiredDeployment } from '../../kube/objects.ts';
import { annotations, objectLabels, selectorLabels, workerName } from '../names.ts';
import { container } from './container.ts';
import { type RenderContext } from './context.ts';
import { metadata } from './metadata.ts';
import { volumes } from './volumes.ts';

type DeploymentSpec = NonNullable<DesiredDeployment['spec']>;
type PodTemplate = DeploymentSpec['template'];
type PodSpec = NonNullable<PodTemplate['spec']>;
type SpreadConstraint = NonNullable<PodSpec['topologySpreadConstraints']>[number];

/** Of the image's unprivileged account. */
const USER_ID = 65532;

/** The job's workers. New pods prove ready before old ones go, so an edit never leaves fewer workers than asked for. */
export function deployment(context: RenderContext): DesiredDeployment {
  const { job, replicas } = context;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(job, workerName(job.name)),
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      selector: { matchLabels: selectorLabels(job.name) },
      template: podTemplate(context),
    },
  };
}

/** The user's labels and annotations come first: the operator's own can't be overwritten. */
function podTemplate(context: RenderContext): PodTemplate {
  const { job, manifest, hash, worker } = context;
  const wanted = manifest.spec.worker;
  return {
    metadata: {
      labels: { ...worker.labels, ...wanted?.labels, ...objectLabels(job.name) },
      annotations: { ...worker.annotations, ...wanted?.annotations, [annotations.revision]: hash },
    },
    spec: podSpec(context),
  };
}

function podSpec(context: RenderContext): PodSpec {
  const { job, manifest } = context;
  const wanted = resolveDefaults(manifest).spec.worker;
  const { serviceAccountName } = wanted;
  return {
    ...placement(context),
    serviceAccountName: serviceAccountName ?? workerName(job.name),
    // An account that the job names may need its token; ours has no rights.
    ...(serviceAccountName === undefined ? { automountServiceAccountToken: false } : {}),
    enableServiceLinks: false,
    terminationGracePeriodSeconds: Math.ceil(wanted.terminationGracePeriodMs / 1_000),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER_ID,
      runAsGroup: USER_ID,
      fsGroup: USER_ID,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(context)],
    volumes: volumes(context),
  };
}

/** Where the pods may run, as the user wrote it. */
function placement({ job, manifest }: RenderContext): Partial<PodSpec> {
  const worker = manifest.spec.worker ?? {};
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = worker;
  const chosen = { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets };
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return {
    ...(structuredClone(Object.fromEntries(given)) as Partial<PodSpec>),
    topologySpreadConstraints: spread(job.name, worker.topologySpreadConstraints),
  };
}

/** Over nodes, as far as there are any, unless the job says how; always counting this job's workers. */
function spread(job: string, wanted: WorkerTemplate['topologySpreadConstraints']): SpreadConstraint[] {
  const constraints = wanted ?? [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ];
  return constraints.map((constraint) => ({
    ...constraint,
    labelSelector: { matchLabels: selectorLabels(job) },
  }));
}
