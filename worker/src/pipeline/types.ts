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
  /** A subject, or the URL of an HTTP sink. */
  readonly subject: string;
  /** The first has `id` as its value: `Nats-Msg-Id`, or whatever header a sink carries ids in. */
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
  /** Nothing is known of the key that an enrich step looked up. */
  | 'LookupMissing'
  /** What an enrich step found isn't what its format says, or its key is one that can't be asked for. */
  | 'LookupFailed'
  /** The module of a code step threw, or gave something that is no event. */
  | 'CodeFailed'
  /** The module of a code step didn't answer within the step's timeout. */
  | 'CodeTimedOut'
  /** The module of a code step needed more memory than the step has. */
  | 'CodeOutOfMemory'
  /** A step broke in a way that nobody foresaw; the message is kept for those who look into it. */
  | 'StepFailed';

/** Why what a step depends on can't be had now; the operator turns it into a condition of the job. */
export type DependencyReason = 'LookupUnreachable' | 'ModuleUnavailable';

export type Failure = {
  /** Name of the step or of the sink; `source` when decoding failed. */
  readonly at: string;
  /** Index of the sink, when only the result for that sink failed; absent when the message failed before the sinks. */
  readonly sink?: number;
  readonly reason: FailureReason;
  /** Quotes the author's manifest at most, never the message. */
  readonly error: string;
};

/** What became of one message. Exactly one of these for each. */
export type Outcome =
  /**
   * At least one emission or one failure. A failure concerns its sink alone: the emissions for other sinks go out all
   * the same, and there is none for its own. `dropped`: events that a step made of the message and another one dropped.
   */
  | {
      readonly kind: 'emit';
      readonly emissions: readonly Emission[];
      readonly failures: readonly Failure[];
      readonly dropped?: number;
    }
  /** A filter step said no. */
  | { readonly kind: 'filtered'; readonly at: string }
  /** It failed at a step that says Drop. */
  | { readonly kind: 'dropped'; readonly at: string }
  /** No sink's `when` held. */
  | { readonly kind: 'unrouted' }
  /** It failed before the sinks. */
  | { readonly kind: 'dead'; readonly failure: Failure }
  /** What the step `at` depends on can't be had now, through no fault of the message: to be executed again later. */
  | {
      readonly kind: 'retry';
      readonly at: string;
      readonly reason: DependencyReason;
      /** What was answered: a code, never a text that may quote the message. */
      readonly code: string;
      /** How long the dependency asked to be left alone. */
      readonly retryAfterMs?: number;
    };

/** A compiled job: knows no broker, no clock and no telemetry, and keeps nothing between batches. */
export type Pipeline = {
  /** In the manifest's order. */
  readonly sinks: readonly { readonly name: string }[];
  /**
   * An outcome for each message, in the batch's order: a promise only where a step needs time. Never throws, and no
   * promise rejects: what goes wrong with a message is its outcome.
   */
  execute(batch: readonly SourceMessage[]): (Outcome | Promise<Outcome>)[];
  /** The source message's identity within this job, which its results' ids begin with; of the base64url alphabet. */
  identify(message: SourceMessage): string;
};
