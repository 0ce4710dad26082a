import { type StreamJob } from '@streamjob/crds';
import { type ConsumerInfo } from '@streamjob/nats';
import { type ConnectionConfig, type OperatorConfig } from '../config/schema.ts';
import {
  type ConfigMap,
  type Deployment,
  type KubeObject,
  type NetworkPolicy,
  type Pod,
  type PodDisruptionBudget,
  type ServiceAccount,
} from '../kube/index.ts';
import { type JobRecord } from '../sampling/index.ts';
import { type ConsumerRequest } from './actions.ts';
import { type Verdict } from './check.ts';
import { type Finding } from './findings/finding.ts';

/** A StreamJob as the API server sends it. */
export type LiveStreamJob = StreamJob & KubeObject;

/** What stands under a name that the job needs. */
export type Standing<T extends KubeObject = KubeObject> =
  | { readonly state: 'absent' }
  | { readonly state: 'ours'; readonly object: T }
  /** Ours or an earlier job's of this name, and on its way out. */
  | { readonly state: 'leaving' }
  | { readonly state: 'foreign' };

export type JobObjects = {
  readonly deployment: Standing<Deployment>;
  readonly serviceAccount: Standing<ServiceAccount>;
  readonly podDisruptionBudget: Standing<PodDisruptionBudget>;
  readonly networkPolicy: Standing<NetworkPolicy>;
  readonly connection: Standing<ConfigMap>;
  /** ConfigMaps of manifests by name: every one of ours, and the one that the present spec needs. */
  readonly manifests: ReadonlyMap<string, Standing<ConfigMap>>;
  /** Pods of the job's workers, those that are ending included. */
  readonly pods: readonly Pod[];
};

/** How the last request about the consumer stands. */
export type ConsumerTask = {
  readonly request: ConsumerRequest;
  /** Epoch milliseconds when it began or, when it is over, ended. */
  readonly atMs: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly outcome:
    | { readonly state: 'running' }
    | { readonly state: 'failed'; readonly error: Error }
    | {
        readonly state: 'ensured';
        readonly result: 'created' | 'updated' | 'unchanged' | 'adopted';
        readonly info: ConsumerInfo;
      }
    | { readonly state: 'deleted'; readonly result: 'deleted' | 'absent' };
};

/** What a dry run of a Deployment said. */
export type Rehearsal = { readonly fingerprint: string; readonly atMs: number; readonly refusal?: Finding };

/** Everything that a plan is made from, read once. */
export type Snapshot = {
  readonly job: LiveStreamJob;
  readonly verdict: Verdict;
  readonly clusterId: string;
  readonly worker: OperatorConfig['worker'];
  readonly http: OperatorConfig['http'];
  /** Undefined when the configuration has none of the job's name. */
  readonly connection: ConnectionConfig | undefined;
  readonly objects: JobObjects;
  readonly record: JobRecord;
  readonly task: ConsumerTask | undefined;
  readonly rehearsal: Rehearsal | undefined;
  /** Why the kubelet can't mount a pod's volumes, by pod UID, for pods that have waited long. */
  readonly mountFailures: ReadonlyMap<string, string>;
};
