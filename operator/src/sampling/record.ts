import { type Progress } from '@streamjob/crds';
import { type ConsumerInfo, type StreamInfo } from '@streamjob/nats';

/** The newest value with the time it was read, and the last error when a later read failed. */
export type Sampled<T> = {
  readonly value?: T;
  /** Epoch milliseconds of `value`. */
  readonly atMs?: number;
  /** Why the newest read failed; absent when it succeeded. */
  readonly error?: Error;
  /** Epoch milliseconds since when every read failed. */
  readonly failingSinceMs?: number;
};

export type WorkerSample = Sampled<Progress> & { readonly pod: string; readonly uid: string };

/** What is known about a job beyond the cluster's objects. */
export type JobRecord = {
  readonly stream: Sampled<StreamInfo>;
  readonly consumer: Sampled<ConsumerInfo>;
  /** The operator's own account on the job's connection; no value when the server doesn't tell. */
  readonly account: Sampled<string>;
  /** By pod UID. */
  readonly workers: ReadonlyMap<string, WorkerSample>;
};

export type WorkerTarget = { readonly uid: string; readonly name: string; readonly ip: string };

/** What to sample for a job. */
export type SampleTarget = {
  readonly connection: string;
  readonly stream: string;
  /** Absent until the consumer was made. */
  readonly consumer?: string;
  /** Pods that have an address. */
  readonly workers: readonly WorkerTarget[];
};

/** Records that fill themselves in the background; reading one never waits. */
export interface Samples {
  /** Starts sampling a job or changes what is sampled. The first look is at once. */
  track(key: string, target: SampleTarget): void;
  untrack(key: string): void;
  /** Empty samples for a job that isn't tracked yet. */
  record(key: string): JobRecord;
  /** Calls back with the key of a job whose record changed in a way worth a look. */
  subscribe(onKey: (key: string) => void): void;
}

export const emptyRecord: JobRecord = { stream: {}, consumer: {}, account: {}, workers: new Map() };
