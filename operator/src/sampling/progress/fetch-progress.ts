import http from 'node:http';
import { parseProgress, type Progress } from '@streamjob/crds';
import { type Clock } from '../../runtime/clock/clock.ts';
import { WORKER_PORT } from '../../worker-port.ts';

/** A worker's pod didn't answer with progress; `code` says how it failed. */
export class WorkerUnreachableError extends Error {
  override readonly name = 'WorkerUnreachableError';
  readonly code: string;

  constructor(code: string) {
    super(`the worker didn't tell its progress (${code})`);
    this.code = code;
  }
}

const DEADLINE_MS = 2_000;
const MAX_BYTES = 256 * 2 ** 10;

/** Asks a worker for its progress; throws a WorkerUnreachableError within two seconds. */
export async function fetchProgress(address: string, clock: Clock, port = WORKER_PORT): Promise<Progress> {
  const deadline = new AbortController();
  const cancel = clock.after(DEADLINE_MS, () => {
    deadline.abort();
  });
  try {
    const progress = parseProgress(JSON.parse(await get(address, port, deadline.signal)));
    if (progress === undefined) throw new WorkerUnreachableError('unreadable');
    return progress;
  } catch (error) {
    if (error instanceof WorkerUnreachableError) throw error;
    throw new WorkerUnreachableError(deadline.signal.aborted ? 'timeout' : codeOf(error));
  } finally {
    cancel();
  }
}

/** A connection each: a worker closes idle ones about as often as it is asked. */
async function get(host: string, port: number, signal: AbortSignal): Promise<string> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const options = { host, port, path: '/progress', agent: false, signal, headers: { accept: 'application/json' } };
    http.get(options, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new WorkerUnreachableError(`HTTP ${response.statusCode ?? 0}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new WorkerUnreachableError('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Only codes: a parser's text quotes what it read. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
}
