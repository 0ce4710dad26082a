/** Where a new durable consumer begins; fixed once it exists. */
export type StartFrom =
  | { readonly policy: 'All' | 'New' | 'Last' | 'LastPerSubject' }
  /** RFC 3339. */
  | { readonly policy: 'Time'; readonly time: string }
  | { readonly policy: 'Sequence'; readonly sequence: number };

/** What we ask of a durable pull consumer. The rest is fixed: explicit acks, deliveries without limit, instant replay, never inactive. */
export type ConsumerConfig = {
  readonly name: string;
  /** Empty: the whole stream. */
  readonly subjects: readonly string[];
  readonly startFrom: StartFrom;
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
  /** From `consumerMetadata`; tells whose consumer it is. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly description?: string;
};
