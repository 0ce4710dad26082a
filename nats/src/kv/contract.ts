import { type RequestOptions } from '../api/options.ts';
import { type NatsError } from '../errors.ts';

/** The last value of one key. */
export type BucketEntry = {
  readonly key: string;
  /** A view into what was received: copy what is kept. Empty where only changes are watched. */
  readonly value: Uint8Array;
  /** Its place in the bucket; grows with every change of any key. */
  readonly revision: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly storedMs: number;
  /** How long after that it is gone, in milliseconds; absent: when it is deleted. */
  readonly livesMs?: number;
};

/** What a bucket is and holds. */
export type BucketState = {
  /** Another value means another bucket of the same name. */
  readonly created: string;
  readonly messages: number;
  /** With what storing costs. */
  readonly bytes: number;
  /** Keys with a value, and keys with a marker that they were deleted. */
  readonly keys: number;
  readonly lastRevision: number;
  /** How long values live; 0: for ever. */
  readonly maxAgeMs: number;
  /** Whether single values may have lives of their own. */
  readonly ttlPerKey: boolean;
};

/** `Values`: the last value of every key, then every change. `Changes`: only which keys change from now on. */
export type Watched = 'Values' | 'Changes';

export type WatchBucketOptions = {
  /** A subject filter over keys; absent: all. */
  readonly keys?: string;
  /**
   * A watch begins, or begins anew after a break: whatever was told before may be stale until `onCaughtUp`, and what
   * isn't told again by then is gone. Answers what is to be watched.
   */
  readonly onBegin: (state: BucketState) => Watched;
  readonly onEntry: (entry: BucketEntry) => void;
  /** Deleted, purged or expired. */
  readonly onDelete: (key: string) => void;
  readonly onCaughtUp: () => void;
  /** The watch broke or couldn't begin, and is tried again: nothing that was told may be trusted until `onCaughtUp`. */
  readonly onTrouble: (error: NatsError) => void;
  /**
   * How many keys were told and, told as deleted, are still remembered. The bucket is asked now and then: when it holds
   * fewer, some were removed without a word, and the watch begins anew. Undefined: not to be compared.
   */
  readonly known?: () => number | undefined;
  /** How often that is; 30 s when absent. */
  readonly auditMs?: number;
};

export interface BucketWatch {
  /** One key's value as the bucket's leader has it. Throws UnreachableError before `onBegin`, and BucketNotFoundError. */
  get(key: string, options?: RequestOptions): Promise<BucketEntry | undefined>;
  /** Begins anew, as after a break. */
  restart(): void;
  stop(): void;
}
