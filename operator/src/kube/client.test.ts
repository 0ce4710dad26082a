import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFakeClock, type FakeClock } from '../runtime/testing/fake-clock.ts';
import { type KubeApi } from './api.ts';
import { createKubeApi } from './client.ts';
import {
  AlreadyExistsError,
  ConflictError,
  ExpiredError,
  ForbiddenError,
  InvalidError,
  isNamespaceTerminating,
  KubeError,
  NotFoundError,
  ServerError,
  TerminalError,
  TooManyRequestsError,
  UnauthorizedError,
  UnreachableError,
} from './errors.ts';
import { type Manifest } from './objects.ts';
import { resources } from './resources.ts';
import { json, startFakeHttp, status, type Answer, type FakeHttp } from './testing/fake-http.ts';
import { plainEndpoint, type Endpoint } from './transport/endpoint.ts';

let server: FakeHttp;
let endpoint: Endpoint;
let clock: FakeClock;
let api: KubeApi;
let guarded: number[] = [];
beforeEach(async () => {
  server = await startFakeHttp(json(200, {}));
  endpoint = plainEndpoint(server.url);
  clock = createFakeClock();
  guarded = [];
  api = createKubeApi({ endpoint, clock, guard: (deadlineMs) => void guarded.push(deadlineMs) });
});
afterEach(async () => {
  endpoint.close();
  await server.close();
});

const ref = { namespace: 'flights', name: 'late' };
const desired: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...ref, uid: 'u1' } };
const get = (): Promise<unknown> => api.get(resources.configMaps, ref);

async function errorOf(work: Promise<unknown>): Promise<KubeError> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(KubeError);
    return error as KubeError;
  }
  throw new Error('nothing was thrown');
}

describe('errors', () => {
  const reset: Answer = (_seen, _response, socket) => void socket.destroy();
  const cases: Record<string, { answer: Answer; error: typeof KubeError; retryAfterMs?: number }> = {
    'not found': { answer: status(404, 'NotFound'), error: NotFoundError },
    'a changed object': { answer: status(409, 'Conflict'), error: ConflictError },
    'one that exists': { answer: status(409, 'AlreadyExists'), error: AlreadyExistsError },
    'no right': { answer: status(403, 'Forbidden'), error: ForbiddenError },
    'no credentials': { answer: status(401, 'Unauthorized'), error: UnauthorizedError },
    'an invalid object': { answer: status(422, 'Invalid'), error: InvalidError },
    'a bad request': { answer: status(400, 'BadRequest'), error: TerminalError },
    'a request that is too large': { answer: status(413, 'RequestEntityTooLarge'), error: TerminalError },
    'an old version': { answer: status(410, 'Expired'), error: ExpiredError },
    'too many requests': {
      answer: json(429, { kind: 'Status', reason: 'TooManyRequests' }, { 'retry-after': '7' }),
      error: TooManyRequestsError,
      retryAfterMs: 7_000,
    },
    'too many requests, told in the body': {
      answer: status(429, 'TooManyRequests', '', { retryAfterSeconds: 3 }),
      error: TooManyRequestsError,
      retryAfterMs: 3_000,
    },
    'a server that failed': { answer: status(500, 'InternalError'), error: ServerError },
    'a server that is starting': { answer: json(503, {}), error: ServerError },
    'etcd that is slow': { answer: status(504, 'Timeout'), error: ServerError },
    'a page of a proxy': {
      answer: (_seen, response) => void response.writeHead(502).end('<html>'),
      error: ServerError,
    },
    'a reset connection': { answer: reset, error: UnreachableError },
    'an answer that is no JSON': { answer: (_seen, response) => void response.end('hello'), error: UnreachableError },
    'an answer cut half-way': {
      answer: (_seen, response, socket) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"a":');
        setImmediate(() => socket.destroy());
      },
      error: UnreachableError,
    },
  };
  test.each(Object.entries(cases))('%s', async (_name, { answer, error: expected, retryAfterMs }) => {
    server.answer = answer;
    const error = await errorOf(get());
    expect([error.constructor, error.retryAfterMs]).toEqual([expected, retryAfterMs]);
    expect(error.message).toContain('GET /api/v1/namespaces/flights/configmaps/late');
  });

  test('causes name the fields', async () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'spec.template', message: 'no' }];
    server.answer = status(422, 'Invalid', 'text', { causes });
    expect((await errorOf(get())).causes).toEqual(causes);
  });

  test('a namespace on its way out is told apart', async () => {
    server.answer = status(403, 'Forbidden', 'text', { causes: [{ reason: 'NamespaceTerminating' }] });
    expect(isNamespaceTerminating(await errorOf(get()))).toBe(true);
  });

  test('a server that never answers is given up after ten seconds', async () => {
    server.answer = () => undefined;
    const failed = errorOf(get());
    while (server.seen.length === 0) await clock.advance(0);
    await clock.advance(9_000);
    await clock.advance(1_000);
    expect(await failed).toBeInstanceOf(UnreachableError);
  });

  test('a server that stops in mid-answer is given up too', async () => {
    server.answer = (_seen, response) => {
      response.writeHead(200);
      response.write('{');
    };
    const failed = errorOf(get());
    while (server.seen.length === 0) await clock.advance(0);
    await clock.advance(10_000);
    expect(await failed).toBeInstanceOf(UnreachableError);
  });

  test('nobody listening', async () => {
    await server.close();
    expect(await errorOf(get())).toBeInstanceOf(UnreachableError);
    server = await startFakeHttp(json(200, {}));
  });

  test('a signal ends a call', async () => {
    server.answer = () => undefined;
    const abort = new AbortController();
    const failed = errorOf(api.get(resources.pods, ref, { signal: abort.signal }));
    while (server.seen.length === 0) await clock.advance(0);
    abort.abort();
    expect((await failed).message).toContain('cancelled');
    expect(clock.pending).toBe(0);
  });
});

describe('requests', () => {
  const writes: Record<string, { send: () => Promise<unknown>; line: string; type: string; body: object }> = {
    apply: {
      send: () => api.apply(resources.configMaps, desired),
      line: 'PATCH /api/v1/namespaces/flights/configmaps/late?fieldManager=streamjob-operator&force=true',
      type: 'application/apply-patch+yaml',
      body: desired,
    },
    'a dry run': {
      send: () => api.apply(resources.deployments, desired, { dryRun: true }),
      line: 'PATCH /apis/apps/v1/namespaces/flights/deployments/late?fieldManager=streamjob-operator&force=true&dryRun=All',
      type: 'application/apply-patch+yaml',
      body: desired,
    },
    'an apply that only creates': {
      send: () => api.apply(resources.configMaps, { ...desired, metadata: ref }, { createOnly: true }),
      line: 'PATCH /api/v1/namespaces/flights/configmaps/late?fieldManager=streamjob-operator&force=true',
      type: 'application/apply-patch+yaml',
      body: { ...desired, metadata: { ...ref, resourceVersion: '1' } },
    },
    'a merge patch of status': {
      send: () => api.mergePatch(resources.streamJobs, ref, { status: {} }, { subresource: 'status' }),
      line: 'PATCH /apis/streamjobs.dev/v1alpha1/namespaces/flights/streamjobs/late/status?fieldManager=streamjob-operator',
      type: 'application/merge-patch+json',
      body: { status: {} },
    },
    'a delete with preconditions': {
      send: () => api.delete(resources.pods, ref, { uid: 'u1', resourceVersion: '7', propagation: 'Foreground' }),
      line: 'DELETE /api/v1/namespaces/flights/pods/late',
      type: 'application/json',
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Foreground',
        preconditions: { uid: 'u1', resourceVersion: '7' },
      },
    },
    create: {
      send: () => api.create(resources.events, { a: 1 }, ref),
      line: 'POST /apis/events.k8s.io/v1/namespaces/flights/events?fieldManager=streamjob-operator',
      type: 'application/json',
      body: { a: 1 },
    },
  };
  test.each(Object.entries(writes))('%s', async (_name, { send, line, type, body }) => {
    await send();
    const { method, path, query, headers, body: sent } = server.seen[0]!;
    expect(`${method} ${path}${query.size === 0 ? '' : `?${query.toString()}`}`).toBe(line);
    expect(headers['content-type']).toBe(type);
    expect(JSON.parse(sent)).toEqual(body);
    expect(guarded).toEqual([10_000]);
  });

  test('reads pass no guard, and a guard that refuses keeps a write from being sent', async () => {
    await get();
    expect(guarded).toEqual([]);
    const refusing = createKubeApi({
      endpoint,
      clock,
      guard: () => {
        throw new Error('not the leader');
      },
    });
    await expect(refusing.apply(resources.configMaps, desired)).rejects.toThrow('not the leader');
    await refusing.get(resources.configMaps, ref);
    expect(server.seen).toHaveLength(2);
  });

  test('connections are kept for the next call', async () => {
    for (let call = 0; call < 20; call += 1) await get();
    expect(server.connections).toBe(1);
  });

  test('names are escaped', async () => {
    await api.get(resources.pods, { namespace: 'a', name: '../b?c' });
    expect(server.seen[0]?.path).toBe('/api/v1/namespaces/a/pods/..%2Fb%3Fc');
  });

  test("another object's UID is a conflict", async () => {
    server.answer = status(422, 'Invalid', 'text', {
      causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }],
    });
    expect(await errorOf(api.apply(resources.configMaps, desired))).toBeInstanceOf(ConflictError);
  });

  test('items of a list get their kind', async () => {
    server.answer = json(200, {
      metadata: { resourceVersion: '5', continue: 'more' },
      items: [{ metadata: { name: 'a' } }],
    });
    expect(await api.list(resources.deployments, { namespace: 'x', labelSelector: 'a=b', limit: 500 })).toEqual({
      items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }],
      resourceVersion: '5',
      continue: 'more',
    });
    expect(String(server.seen[0]?.query)).toBe('labelSelector=a%3Db&limit=500');
  });
});
