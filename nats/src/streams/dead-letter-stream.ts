/** The one stream that we may create and change: a connection's dead letters. It refuses new ones when full, it never drops old ones for them. */
export type DeadLetterStreamConfig = {
  readonly name: string;
  readonly subjects: readonly string[];
  /** 0: for ever. */
  readonly maxAgeMs: number;
  /** -1: no limit. */
  readonly maxBytes: number;
  readonly replicas: number;
  readonly duplicateWindowMs?: number;
};
