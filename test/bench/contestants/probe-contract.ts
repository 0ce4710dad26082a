export type ProbeOptions = {
  readonly url: string;
  readonly subject: string;
  /** Where the target stream's push consumer delivers. */
  readonly results: string;
  readonly sizeBytes: number;
  readonly seconds: number;
  /** Results that come in the first so many seconds count for nothing. */
  readonly skipSeconds: number;
  /** Messages a second; absent: as many as keeps `window` of them on the way, to find the maximum. */
  readonly rate?: number;
};

/** Milliseconds from the write of an event to the read of its result. */
export type ProbeResult = {
  readonly sent: number;
  readonly missing: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
};
