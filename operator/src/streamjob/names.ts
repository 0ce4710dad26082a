/** A job's identity inside its cluster. */
export type JobId = { readonly namespace: string; readonly name: string; readonly uid: string };

export const FINALIZER = 'streamjobs.dev/cleanup';

export const labels = {
  /** Name of the job that an object belongs to; what the operator's caches select by. */
  job: 'streamjobs.dev/job',
  name: 'app.kubernetes.io/name',
  instance: 'app.kubernetes.io/instance',
  component: 'app.kubernetes.io/component',
  managedBy: 'app.kubernetes.io/managed-by',
  partOf: 'app.kubernetes.io/part-of',
} as const;

export const annotations = {
  /** On the pod template: the manifest's hash. */
  revision: 'streamjobs.dev/revision',
  /** On a StreamJob: take over a consumer that says it is another's. */
  adoptConsumer: 'streamjobs.dev/adopt-consumer',
  /** On a StreamJob: the creation time of the stream that may be read although it isn't the one read before. */
  acceptSource: 'streamjobs.dev/accept-source',
} as const;

/** Key in the manifest's ConfigMap, and the file's name in the worker. */
export const MANIFEST_KEY = 'job.yaml';
export const CA_KEY = 'ca.crt';
export const HTTP_CA_KEY = 'http-ca.crt';

/** Name of the Deployment, ServiceAccount, PodDisruptionBudget and NetworkPolicy. */
export const workerName = (job: string): string => `${job}-worker`;
export const manifestName = (job: string, hash: string): string => `${job}-worker-${hash}`;
export const connectionName = (job: string): string => `${job}-connection`;

/** What a Deployment's pods are found by; it can never change. */
export function selectorLabels(job: string): Record<string, string> {
  return { [labels.name]: 'streamjob', [labels.instance]: job, [labels.job]: job };
}

/** Labels of every object of a job. */
export function objectLabels(job: string): Record<string, string> {
  return {
    ...selectorLabels(job),
    [labels.component]: 'worker',
    [labels.managedBy]: 'streamjob-operator',
    [labels.partOf]: 'streamjob',
  };
}

/** The selector as text, for the scale subresource. */
export function selectorText(job: string): string {
  return Object.entries(selectorLabels(job))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
