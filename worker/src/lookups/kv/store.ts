import { type BucketEntry } from '@streamjob/nats';
import { type LookupAnswer } from '../lookup.ts';

/** What is kept of a bucket, as its watch tells it. */
export interface Store {
  get(key: string): LookupAnswer | Promise<LookupAnswer>;
  /** What is known may be stale, and is told anew. */
  begin(): void;
  put(entry: BucketEntry): void;
  delete(key: string): void;
  /** Everything was told. */
  caughtUp(): void;
  /** The bytes that it takes, about. */
  readonly bytes: number;
  /** Keys that are known or known to be deleted; undefined when only some are. */
  readonly keys: number | undefined;
}
