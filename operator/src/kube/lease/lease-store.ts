import { type LeaseRecord, type LeaseStore, type StoredLease } from '../../runtime/leadership/lease-store.ts';
import { type KubeApi } from '../api.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../errors.ts';
import { type KubeObject, type Ref } from '../objects.ts';
import { apiVersionOf, resources } from '../resources.ts';

type Lease = KubeObject & {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
};

/** The Lease `ref` by an unguarded API: who leads is decided here, so no guard can be asked. */
export function createLeaseStore(api: KubeApi, ref: Required<Ref>): LeaseStore {
  const resource = resources.leases;
  return {
    read: async (signal) => {
      const lease = await unless(isNotFound, api.get<Lease>(resource, ref, { signal }));
      return lease && toStored(lease);
    },
    create: async (record, signal) => {
      const body = toObject(ref, record);
      const lease = await unless(isAlreadyExists, api.create<Lease>(resource, body, { ...ref, signal }));
      return lease && toStored(lease);
    },
    update: async (version, record, signal) => {
      const body = toObject({ ...ref, resourceVersion: version }, record);
      const lease = await unless(isConflict, api.replace<Lease>(resource, body, { signal }));
      return lease && toStored(lease);
    },
  };
}

async function unless<T>(isExpected: (error: unknown) => boolean, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}

function toStored({ metadata, spec = {} }: Lease): StoredLease {
  return {
    version: metadata.resourceVersion,
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds ?? 0,
    acquireTime: spec.acquireTime ?? '',
    renewTime: spec.renewTime ?? '',
    transitions: spec.leaseTransitions ?? 0,
  };
}

function toObject(metadata: Required<Ref> & { resourceVersion?: string }, record: LeaseRecord): Lease {
  return {
    apiVersion: apiVersionOf(resources.leases),
    kind: resources.leases.kind,
    metadata: { uid: '', resourceVersion: '', ...metadata },
    spec: {
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}
