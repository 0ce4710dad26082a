import type { Dispatcher } from 'undici';
import type { HttpAnswer, HttpRequest } from './contract.ts';
import { failureCode, isLocalAddressError } from './failure-code.ts';
import { retryAfterMs } from './retry-after.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const ENDED = new Error('nobody waits for the answer any more');

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** One request and its answer. It ends once, whatever comes first: the answer, a failure, the deadline or the signal. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #host: string;
  readonly #wallMs: () => number;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #status = 0;
  #retryAfter: { readonly retryAfterMs?: number } = {};
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;

  constructor(request: HttpRequest, host: string, wallMs: () => number, resolve: (answer: HttpAnswer) => void) {
    this.#request = request;
    this.#host = host;
    this.#wallMs = wallMs;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => {
      this.#end({ kind: 'timeout' });
    }, request.deadlineMs);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (request.signal?.aborted === true) this.#onAbort();
  }

  /** Also comes when the deadline is over already, because the request waited for a connection: then nothing is sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(ENDED);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.#status = status;
    const waitMs = retryAfterMs(headers['retry-after'], this.#wallMs());
    if (waitMs !== undefined) this.#retryAfter = { retryAfterMs: waitMs };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= (this.#request.maxAnswerBytes ?? MAX_ANSWER_BYTES)) this.#chunks.push(chunk);
    else this.#end({ kind: 'too-large', status: this.#status, ...this.#retryAfter });
  }

  onResponseEnd(): void {
    this.#controller = undefined;
    const body = Buffer.concat(this.#chunks, this.#bytes);
    this.#end({ kind: 'answered', status: this.#status, body, ...this.#retryAfter });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.failed(error);
  }

  failed(error: unknown): void {
    this.#controller = undefined;
    const forbidden = isLocalAddressError(error);
    this.#end(forbidden ? { kind: 'forbidden', host: this.#host } : { kind: 'unreachable', code: failureCode(error) });
  }

  readonly #onAbort = (): void => {
    this.#end({ kind: 'unreachable', code: 'Aborted' });
  };

  #end(answer: HttpAnswer): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(answer);
    this.#controller?.abort(ENDED);
  }
}
