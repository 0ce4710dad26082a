/** Who leads, as the API server keeps it. Times are RFC 3339 with microseconds. */
export type LeaseRecord = {
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly transitions: number;
};

/** A record with the version that a change of it must name. */
export type StoredLease = LeaseRecord & { readonly version: string };

/** One Lease object. Calls end when the signal aborts and throw the errors of kube/. */
export interface LeaseStore {
  read(signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Undefined when another one made it first. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Undefined when it changed since `version`. */
  update(version: string, record: LeaseRecord, signal: AbortSignal): Promise<StoredLease | undefined>;
}
