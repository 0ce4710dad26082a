export type Header = readonly [name: string, value: string];

/** Headers of a source message, parsed only when `entries` is read: most jobs never do. */
export type SourceHeaders = {
  /** Names as sent, in order; a name with several values comes once for each of them. */
  readonly entries: readonly Header[];
};

/** What the pipeline reads of a delivered message. A source may pass its own delivery objects, which hold more. */
export type SourceMessage = {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: SourceHeaders;
  /** In the source stream. */
  readonly sequence: number;
  /** When the source stream stored it: nanoseconds since 1970, in decimal. */
  readonly timestamp: string;
  /** 1 on the first delivery. */
  readonly deliveries: number;
};

/** One result for one sink, ready to be published as it is. */
export type Emission = {
  /** Index into `Pipeline.sinks`. */
  readonly sink: number;
  readonly subject: string;
  /** The first is `Nats-Msg-Id` with `id` as its value. */
  readonly headers: readonly Header[];
  readonly payload: Uint8Array;
  /** The same for the same source message, job and sink, whatever worker computes it and however often. */
  readonly id: string;
};

/** Why a message, or its result for one sink, can never succeed: a dead letter carries it. */
export type FailureReason =
  /** The payload isn't what `source.format` says. */
  | 'Undecodable'
  /** It doesn't satisfy the schema of a validate step. */
  | 'Invalid'
  /** An expression or a template has no value for this message. */
  | 'ExpressionFailed'
  /** A step needs an object, and the event is something else. */
  | 'NotAnObject'
  /** The result, with its headers, exceeds what the server takes. */
  | 'TooLarge'
  /** A step broke in a way that nobody foresaw; the message is kept for those who look into it. */
  | 'StepFailed';

export type Failure = {
  /** Name of the step or of the sink; `source` when decoding failed. */
  readonly at: string;
  /** Index of the sink, when only the result for that sink failed; absent when the message failed before the sinks. */
  readonly sink?: number;
  readonly reason: FailureReason;
  /** Quotes the author's manifest at most, never the message. */
  readonly error: string;
};

/** What became of one message. Exactly one of these for each, in the batch's order. */
export type Outcome =
  /** At least one emission or one failure; a failure concerns its sink alone, the emissions go out all the same. */
  | { readonly kind: 'emit'; readonly emissions: readonly Emission[]; readonly failures: readonly Failure[] }
  /** A filter step said no. */
  | { readonly kind: 'filtered'; readonly at: string }
  /** It failed at a step that says Drop. */
  | { readonly kind: 'dropped'; readonly at: string }
  /** No sink's `when` held. */
  | { readonly kind: 'unrouted' }
  /** It failed before the sinks. */
  | { readonly kind: 'dead'; readonly failure: Failure };

/** A compiled job: knows no broker, no clock and no telemetry, and keeps nothing between batches. */
export type Pipeline = {
  /** In the manifest's order. */
  readonly sinks: readonly { readonly name: string }[];
  /** Never throws: what goes wrong with a message is its outcome. */
  execute(batch: readonly SourceMessage[]): Outcome[];
  /** The source message's identity within this job, for its dead letters; 22 characters of the base64url alphabet. */
  identify(message: SourceMessage): string;
};
