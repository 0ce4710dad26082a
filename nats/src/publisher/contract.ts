export type Publication = {
  readonly subject: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly payload: Uint8Array;
};

export type PublishAnswer =
  | { readonly kind: 'stored'; readonly stream: string; readonly sequence: number; readonly duplicate: boolean }
  /** `code` is JetStream's err_code, 0 when something else than a stream answered. */
  | { readonly kind: 'refused'; readonly code: number; readonly status: number; readonly text: string }
  /** No stream listens on the subject, or it has no leader now. */
  | { readonly kind: 'no-responders' }
  | { readonly kind: 'timeout' }
  /** The connection broke or was not there; whether the message was stored is unknown. */
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'permission'; readonly subject: string }
  /** Never sent: headers and payload together exceed the server's max_payload. */
  | { readonly kind: 'too-large'; readonly size: number; readonly limit: number }
  /** Never sent: no server takes such a subject or header. */
  | { readonly kind: 'invalid'; readonly part: 'subject' | 'header' };

export interface Publisher {
  /**
   * Writes a batch. `onAnswer` is called exactly once for each index, never before this returns; what comes after a
   * time-out is dropped.
   */
  publish(batch: readonly Publication[], onAnswer: (index: number, answer: PublishAnswer) => void): void;
  /** Publications without an answer. */
  readonly inFlight: number;
  /** Answers what is in flight with `disconnected` and gives up the inbox. */
  close(): Promise<void>;
}
