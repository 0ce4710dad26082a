import { type Delivery } from '../messages/delivery.ts';

/**
 * Why asked-for messages won't come. The pull has already counted them off `asked`; the caller asks again when it
 * still has room. It may do so at once: the pull spaces out what the server keeps refusing.
 */
export type AskEnd =
  | 'expired'
  | 'bytes-used'
  | 'missed-heartbeats'
  | 'disconnected'
  | 'leader-changed'
  | 'server-shutdown'
  /** Nobody serves the consumer now: it or its stream is gone, or it has no leader. */
  | 'no-responders'
  /** The server says that the consumer was deleted. */
  | 'consumer-missing'
  | 'permission-denied'
  | 'refused';

export type PullStatus = {
  readonly type: AskEnd;
  /** How many messages are no longer asked for. */
  readonly messages: number;
  /** What the server said, where its word isn't in the type. */
  readonly text?: string;
};

export type PullOptions = {
  readonly stream: string;
  readonly consumer: string;
  readonly onMessage: (delivery: Delivery) => void;
  readonly onStatus?: (status: PullStatus) => void;
  /** 1 s when absent. Two that are missed end an ask. */
  readonly heartbeatMs?: number;
  /** How long the server keeps an ask; 30 s when absent. */
  readonly expiresMs?: number;
};

export interface Pull {
  /** Asks for up to so many messages of together so many bytes. One message that is larger comes all the same, alone. */
  request(messages: number, maxBytes: number): void;
  /** Asked for and neither delivered nor ended. */
  readonly asked: number;
  /** Bytes that may still come for that. */
  readonly askedBytes: number;
  /** Asks for nothing more, hands over what is still on its way, then resolves. */
  stop(): Promise<void>;
}
