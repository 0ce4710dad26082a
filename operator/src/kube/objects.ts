import {
  type V1ConfigMap,
  type V1Deployment,
  type V1NetworkPolicy,
  type V1Pod,
  type V1PodDisruptionBudget,
  type V1ReplicaSet,
  type V1ServiceAccount,
} from '@kubernetes/client-node';

/** A key is `namespace/name`, or `name` for what has no namespace. */
export type Ref = { readonly namespace?: string; readonly name: string };

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

export type ManagedFields = { manager?: string; operation?: string; subresource?: string; fieldsV1?: unknown };

/** Metadata as the API server sends it: times are RFC 3339 strings. */
export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
};

/** An object that the API server answered with. */
export type KubeObject = { apiVersion: string; kind: string; metadata: ObjectMeta };

/** An object as we want it: what is applied. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: OwnerReference[];
  };
};

/** A generated type as it is on the wire: dates are strings. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;

type Live<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind'> & KubeObject;
type Desired<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind' | 'status'> & Manifest;

export type Deployment = Live<V1Deployment>;
export type ReplicaSet = Live<V1ReplicaSet>;
export type Pod = Live<V1Pod>;
export type ConfigMap = Live<V1ConfigMap>;
export type ServiceAccount = Live<V1ServiceAccount>;
export type PodDisruptionBudget = Live<V1PodDisruptionBudget>;
export type NetworkPolicy = Live<V1NetworkPolicy>;

export type DesiredDeployment = Desired<V1Deployment>;
export type DesiredConfigMap = Desired<V1ConfigMap>;
export type DesiredServiceAccount = Desired<V1ServiceAccount>;
export type DesiredPodDisruptionBudget = Desired<V1PodDisruptionBudget>;
export type DesiredNetworkPolicy = Desired<V1NetworkPolicy>;

export function keyOf({ namespace, name }: Ref): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function refOf(key: string): Ref {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
