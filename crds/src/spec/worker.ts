import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import {
  anyObject,
  atomicList,
  duration,
  durationBounds,
  keywords,
  listMap,
  map,
  mapKeys,
  objectName,
  text,
  workerDefault,
} from './fields.ts';
import { rule, type Rule } from '../rules/rule.ts';

const QUANTITY = /^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,3})?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const QUALIFIED_NAME =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const quantity = (doc: string) =>
  keywords(z.union([z.int(), z.string()]), {
    'x-kubernetes-int-or-string': true,
    pattern: QUANTITY.source,
    maxLength: 32,
  })
    .describe(doc)
    .exactOptional();

const quantities = (doc: string) =>
  z
    .object({
      cpu: quantity('CPU in cores, such as 500m or 2.'),
      memory: quantity('Memory in bytes, such as 256Mi.'),
      'ephemeral-storage': quantity('Disk space in bytes, such as 1Gi.'),
    })
    .describe(doc);

const resources = workerDefault(
  z.object({
    requests: quantities('What the scheduler sets aside for each worker.').exactOptional(),
    limits: quantities('What each worker may use at most.').exactOptional(),
  }),
  DEFAULTS.worker.resources,
).describe('Resources of the worker container. Used as written when present.');

const toleration = z
  .object({
    key: text(317).describe('Key of the taint; absent, with operator Exists, for all.').exactOptional(),
    operator: z.enum(['Exists', 'Equal']).describe('How `value` is compared; Equal when absent.').exactOptional(),
    value: z.string().max(63).describe('Value of the taint.').exactOptional(),
    effect: z
      .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
      .describe('Effect of the taint; all when absent.')
      .exactOptional(),
    tolerationSeconds: z
      .int()
      .min(0)
      .describe('How long a NoExecute taint is tolerated; for ever when absent.')
      .exactOptional(),
  })
  .describe('A taint that is tolerated.');

const spreadConstraint = z
  .object({
    maxSkew: z.int32().min(1).max(10_000).describe('The largest difference of worker counts between two domains.'),
    topologyKey: text(317).describe('Label of the nodes that names the domain.'),
    whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).describe('What to do when it cannot be kept.'),
    minDomains: z.int32().min(1).max(10_000).describe('Least number of domains.').exactOptional(),
    nodeAffinityPolicy: z
      .enum(['Honor', 'Ignore'])
      .describe('Whether nodes that the affinity excludes count.')
      .exactOptional(),
    nodeTaintsPolicy: z.enum(['Honor', 'Ignore']).describe('Whether tainted nodes count.').exactOptional(),
  })
  .describe('How evenly the workers spread over one kind of domain.');

const affinity = keywords(
  z.object({
    nodeAffinity: anyObject(8).describe("As in a pod's spec.").exactOptional(),
    podAffinity: anyObject(8).describe("As in a pod's spec.").exactOptional(),
    podAntiAffinity: anyObject(8).describe("As in a pod's spec.").exactOptional(),
  }),
  { 'x-kubernetes-map-type': 'atomic' },
).describe('Affinity of the pods.');

const localReference = z
  .object({ name: objectName().describe('Name of a Secret of this namespace.') })
  .describe('A Secret of this namespace.');

export const worker = z
  .object({
    resources: resources.exactOptional(),
    labels: map(z.string().max(63).regex(LABEL_VALUE), 32)
      .describe("Labels to add to the workers' pods.")
      .exactOptional(),
    annotations: map(z.string().max(4096), 32).describe("Annotations to add to the workers' pods.").exactOptional(),
    nodeSelector: map(z.string().max(63).regex(LABEL_VALUE), 32)
      .describe('Labels that a node must have.')
      .exactOptional(),
    tolerations: atomicList(toleration, 32).describe('Taints that the workers tolerate.').exactOptional(),
    affinity: affinity.exactOptional(),
    topologySpreadConstraints: listMap(spreadConstraint, 16, ['topologyKey', 'whenUnsatisfiable'])
      .describe("How the workers of this job spread over domains. They always select this job's workers.")
      .exactOptional(),
    priorityClassName: objectName().describe('PriorityClass of the pods.').exactOptional(),
    serviceAccountName: objectName()
      .describe('ServiceAccount to run as, with its token mounted. Absent: one without rights and without a token.')
      .exactOptional(),
    imagePullSecrets: listMap(localReference, 16).describe('Secrets to pull the worker image with.').exactOptional(),
    terminationGracePeriod: workerDefault(duration(), DEFAULTS.worker.terminationGracePeriod)
      .describe('How long a worker may take to finish what it has begun, from 5s to 1h.')
      .exactOptional(),
  })
  .describe("The part of the workers' pods that a job may shape. Checked by a dry run of the Deployment.");

export type WorkerTemplate = z.infer<typeof worker>;
export type ResourceQuantities = NonNullable<WorkerTemplate['resources']>;

const qualifiedKeys = (at: string) =>
  mapKeys(at, {
    maxLength: 317,
    pattern: QUALIFIED_NAME,
    message:
      'keys must be label names: letters, digits, dashes, dots, at most 63 characters after an optional DNS prefix',
  });

const notOurs = (at: string) =>
  rule<object>(
    at,
    {
      rule: "!self.exists(k, k.startsWith('app.kubernetes.io/') || k.startsWith('streamjobs.dev/'))",
      message: 'keys under app.kubernetes.io/ and streamjobs.dev/ belong to the operator',
    },
    (self) => !Object.keys(self).some((key) => /^(app\.kubernetes\.io|streamjobs\.dev)\//.test(key)),
  );

export const workerRules: readonly Rule[] = [
  qualifiedKeys('spec.worker.labels'),
  notOurs('spec.worker.labels'),
  qualifiedKeys('spec.worker.annotations'),
  notOurs('spec.worker.annotations'),
  qualifiedKeys('spec.worker.nodeSelector'),
  durationBounds('spec.worker.terminationGracePeriod', '5s', '1h'),
];
