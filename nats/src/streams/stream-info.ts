export type StreamInfo = {
  readonly name: string;
  /** RFC 3339; another value means another stream of the same name. */
  readonly created: string;
  readonly config: {
    readonly subjects: readonly string[];
    readonly retention: string;
    readonly maxAgeMs: number;
    readonly maxMessages: number;
    readonly maxBytes: number;
    readonly duplicateWindowMs: number;
    readonly replicas: number;
    readonly allowDirect: boolean;
    readonly sealed: boolean;
    readonly metadata: Readonly<Record<string, string>>;
  };
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
    readonly firstTime: string;
    readonly lastTime: string;
  };
};

/** One message read by its sequence. */
export type StoredMessage = {
  readonly subject: string;
  readonly sequence: number;
  /** RFC 3339 with up to nine decimals, as the server wrote it. */
  readonly time: string;
  readonly timestampNs: bigint;
  readonly headers: MessageHeaders;
  readonly payload: Uint8Array;
};
import { type MessageHeaders } from '../messages/headers.ts';
