import { type IncomingMessage } from 'node:http';
import { type Clock } from '../../runtime/clock/clock.ts';
import { type WatchHandlers, type WatchLine, type WatchOptions } from '../api.ts';
import { KubeError, unreachable } from '../errors.ts';
import { collectionPath, type Resource } from '../resources.ts';
import { type Endpoint } from './endpoint.ts';
import { open } from './request.ts';

/** An object is at most 1.5 MB in etcd; JSON of it may be a little more. */
const MAX_LINE_CHARACTERS = 16 * 2 ** 20;

/** See KubeApi.watch. A line that is no JSON object comes as type `MALFORMED`. */
export async function watch(
  endpoint: Endpoint,
  clock: Clock,
  resource: Resource,
  options: WatchOptions,
  { onOpen, onLine }: WatchHandlers,
): Promise<void> {
  const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds, signal } = options;
  const path = collectionPath(resource, namespace);
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds: String(timeoutSeconds),
  };
  const request = { method: 'GET', path, query, ...(signal === undefined ? {} : { signal }) } as const;
  const { response, close } = await open(endpoint, clock, request, Infinity);
  try {
    onOpen();
    for await (const line of linesOf(response)) onLine(readLine(line));
  } catch (error) {
    if (error instanceof KubeError) throw error;
    if (signal?.aborted !== true) throw unreachable(`WATCH ${path}`, 'the stream broke', error);
  } finally {
    close();
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) throw new Error('a line is too long');
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}

function readLine(line: string): WatchLine {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && 'type' in value && 'object' in value)
      return { type: String(value.type), object: value.object };
  } catch {
    // The text may hold an object's fields, so it isn't passed on.
  }
  return { type: 'MALFORMED', object: undefined };
}
