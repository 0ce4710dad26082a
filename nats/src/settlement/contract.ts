/** `nak` gives the message back, after `delayMs` when given; `working` restarts its ack wait; `term` ends it unprocessed. */
export type Settlement = {
  readonly reply: string;
  /** The delivery's. */
  readonly epoch: number;
  readonly as: 'ack' | 'nak' | 'working' | 'term';
  readonly delayMs?: number;
};
