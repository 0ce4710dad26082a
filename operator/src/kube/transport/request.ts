import http from 'node:http';
import https from 'node:https';
import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Clock } from '../../runtime/clock/clock.ts';
import { isAborted } from '../../runtime/signal/signal.ts';
import { errorFromStatus, KubeError, unreachable } from '../errors.ts';
import { type Endpoint } from './endpoint.ts';

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Called in the very turn in which the request is written to a connection that stands; what it throws keeps it unsent. */
  readonly beforeSend?: () => void;
};

/** A response whose body hasn't been read. */
export type Opened = { readonly response: http.IncomingMessage; readonly close: () => void };

export const DEADLINE_MS = 10_000;

/** Bounds an answer: a page of 500 objects of 1.5 MB each is no answer that we ask for. */
const MAX_BODY_BYTES = 256 * 2 ** 20;
const MAX_ERROR_BYTES = 64 * 2 ** 10;

/** Sends a request and answers with the parsed JSON object. Throws a KubeError; the deadline covers everything. */
export async function call(endpoint: Endpoint, clock: Clock, request: Request): Promise<object> {
  const { response, close } = await open(endpoint, clock, request, DEADLINE_MS);
  try {
    return parse(describe(request), await readBody(request, response, MAX_BODY_BYTES));
  } finally {
    close();
  }
}

/**
 * Sends a request and answers once its headers say success. `close` ends the exchange; until it is called the body
 * can be read, but no longer than `deadlineMs` from the start (with Infinity: as long as it lasts, after headers came in time).
 */
export async function open(endpoint: Endpoint, clock: Clock, request: Request, deadlineMs: number): Promise<Opened> {
  const what = describe(request);
  const isStream = deadlineMs === Infinity;
  const abort = new AbortController();
  const deadline = new AbortController();
  const cancelDeadline = clock.after(isStream ? DEADLINE_MS : deadlineMs, () => {
    deadline.abort();
  });
  const signals = [abort.signal, deadline.signal, ...(request.signal === undefined ? [] : [request.signal])];
  const signal = AbortSignal.any(signals);
  const close = (): void => {
    cancelDeadline();
    abort.abort();
  };
  try {
    const response = await send(endpoint, request, signal);
    if (!isSuccess(response)) throw await readError(what, request, response);
    if (isStream) cancelDeadline();
    return { response, close };
  } catch (error) {
    close();
    if (error instanceof Unsent) throw error.cause;
    if (isAborted(deadline.signal)) throw unreachable(what, `no answer within ${DEADLINE_MS} ms`, error);
    throw asKubeError(what, error, request.signal);
  }
}

async function send(endpoint: Endpoint, request: Request, signal: AbortSignal): Promise<http.IncomingMessage> {
  const url = addressOf(endpoint.url, request);
  const signed = await endpoint.sign();
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers: http.OutgoingHttpHeaders = {
    accept: 'application/json',
    'user-agent': 'streamjob-operator',
    ...(signed.headers as http.OutgoingHttpHeaders | undefined),
  };
  if (body !== undefined) {
    headers['content-type'] = request.contentType ?? 'application/json';
    headers['content-length'] = Buffer.byteLength(body);
  }
  const transport = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = transport.request(url, { ...signed, method: request.method, headers, signal });
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.on('socket', (socket) => {
      onceConnected(socket, () => {
        try {
          request.beforeSend?.();
          outgoing.end(body);
        } catch (error) {
          reject(new Unsent(error));
          outgoing.destroy();
        }
      });
    });
  });
}

/** Carries what `beforeSend` threw past the classification of errors. */
class Unsent extends Error {
  constructor(cause: unknown) {
    super('the request was not sent', { cause });
  }
}

/** A process may be stopped while a connection is made: what was checked before that says nothing any more. */
function onceConnected(socket: Socket, send: () => void): void {
  if (!socket.connecting) send();
  else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', send);
}

function addressOf(base: URL, { path, query = {} }: Request): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

const isSuccess = ({ statusCode = 0 }: http.IncomingMessage): boolean => statusCode >= 200 && statusCode < 300;

async function readError(what: string, request: Request, response: http.IncomingMessage): Promise<KubeError> {
  const text = await readBody(request, response, MAX_ERROR_BYTES);
  const seconds = Number(response.headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
  return errorFromStatus(what, response.statusCode ?? 0, tryParse(text), retryAfterMs);
}

async function readBody(request: Request, response: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw unreachable(describe(request), 'the answer is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw asKubeError(describe(request), error, request.signal);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parse(what: string, text: string): object {
  const value = tryParse(text);
  if (typeof value !== 'object' || value === null) throw unreachable(what, 'the answer is no JSON object');
  return value;
}

/** Says which call, never its body. */
function describe({ method, path }: Request): string {
  return `${method} ${path}`;
}

function asKubeError(what: string, error: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted === true) return unreachable(what, 'cancelled', error);
  if (error instanceof KubeError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'failed';
  return unreachable(what, `no answer (${code})`, error);
}
