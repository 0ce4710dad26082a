import { type MessageHeaders } from '../messages/headers.ts';

/** Which messages of a stream are read, and how much of each. */
export type ScanOptions = {
  readonly stream: string;
  /** One subject, with wildcards. */
  readonly filter: string;
  /** The first when absent; `timeMs` is since 1970. */
  readonly from?: { readonly sequence: number } | { readonly timeMs: number };
  /** True: payloads stay on the server, and only their sizes come. */
  readonly headersOnly?: boolean;
  /** Messages in a page at most; 500 when absent. */
  readonly pageMessages?: number;
  readonly signal?: AbortSignal;
};

export type ScannedMessage = {
  readonly subject: string;
  readonly sequence: number;
  /** When the stream stored it, since 1970. */
  readonly timestampNs: bigint;
  readonly headers: MessageHeaders;
  /** Empty in a scan of headers only. */
  readonly payload: Uint8Array;
  readonly payloadBytes: number;
};

/** Messages in the stream's order, and how many follow as far as the server knows. */
export type ScanPage = { readonly messages: readonly ScannedMessage[]; readonly remaining: number };
