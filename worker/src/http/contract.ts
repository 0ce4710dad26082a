export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Values may hold any character but control characters; they go out as UTF-8. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  /** For everything together: connecting, sending, the answer's headers and its body. */
  readonly deadlineMs: number;
  /** Bytes of the answer's body that are read at most; 64 KiB when absent. */
  readonly maxAnswerBytes?: number;
  readonly signal?: AbortSignal;
};

export type HttpAnswer =
  /** Whatever the status; redirects are answers like any other. `retryAfterMs` is at most ten minutes. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array; readonly retryAfterMs?: number }
  /** The answer's body exceeds `maxAnswerBytes`; nothing of it was kept. */
  | { readonly kind: 'too-large'; readonly status: number; readonly retryAfterMs?: number }
  /** No answer: names, connection, TLS, a connection that broke. The code quotes nothing of the request. */
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'timeout' }
  /** The platform doesn't allow the host, or the address that its name has. */
  | { readonly kind: 'forbidden'; readonly host: string };

export interface HttpClient {
  /** Never rejects. Nothing is repeated and no redirect is followed. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** Ends every connection; what is on its way is answered `unreachable`. */
  close(): Promise<void>;
}
