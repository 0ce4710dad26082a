/** The names of the headers that a dead letter carries, for those who read dead letters. */
export const DEAD_LETTER_HEADERS = {
  /** Why: `Undecodable`, `Invalid`, `ExpressionFailed`, `TooLarge`, `SinkRefused`, `RetriesExhausted`, `CrashedWorker`… */
  reason: 'Streamjobs-Reason',
  /** The step or sink that failed; `source` when decoding failed, `worker` for CrashedWorker. */
  step: 'Streamjobs-Step',
  /** The sink whose results failed; absent when the message failed before the sinks, so that none has anything of it. */
  sink: 'Streamjobs-Sink',
  /** One sentence; never quotes the message. */
  error: 'Streamjobs-Error',
  /** `namespace/name` of the job. */
  job: 'Streamjobs-Job',
  jobUid: 'Streamjobs-Job-Uid',
  /** Hash of the part of the manifest that the worker ran. */
  revision: 'Streamjobs-Revision',
  sourceStream: 'Streamjobs-Source-Stream',
  /** When the source stream was created, RFC 3339: part of the ids of results. Older dead letters don't have it. */
  sourceCreated: 'Streamjobs-Source-Created',
  sourceSubject: 'Streamjobs-Source-Subject',
  sourceSequence: 'Streamjobs-Source-Sequence',
  /** When the source stream stored the message: nanoseconds since 1970. */
  sourceTimestamp: 'Streamjobs-Source-Timestamp',
  /** How often it had been delivered to a worker. */
  deliveries: 'Streamjobs-Deliveries',
  /** `Value`: the payload is the message's own. `Reference`: it is empty, read the source stream at the sequence. */
  payload: 'Streamjobs-Payload',
  /** Goes before the name of each header that the message had. */
  originalPrefix: 'Streamjobs-Original-',
  /** A header of the message that can't stand in a header block as it is: base64 of the JSON of `[name, value]`. */
  encodedOriginal: 'Streamjobs-Encoded-Original',
  /** `true` when the message's headers were left out because they are too large; the source stream has them. */
  originalsOmitted: 'Streamjobs-Originals-Omitted',
} as const;

/** Headers of the message that a dead letter repeats under their own names, so that its trace goes on. */
export const TRACE_CONTEXT = ['traceparent', 'tracestate'] as const;
