import { type Clock } from '../runtime/clock/clock.ts';
import {
  FIELD_MANAGER,
  type ApplyOptions,
  type CallOptions,
  type DeleteOptions,
  type KubeApi,
  type ListOptions,
  type ListPage,
  type WriteGuard,
} from './api.ts';
import { ConflictError, isInvalid, unreachable } from './errors.ts';
import { type KubeObject, type Manifest, type Ref } from './objects.ts';
import { apiVersionOf, collectionPath, objectPath, type Resource } from './resources.ts';
import { type Endpoint } from './transport/endpoint.ts';
import { call, DEADLINE_MS, type Request } from './transport/request.ts';
import { watch } from './transport/watch.ts';

export type KubeApiOptions = {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Asked before each write; lets everything pass when absent. */
  readonly guard?: WriteGuard;
};

/** The API server behind an endpoint. */
export function createKubeApi({ endpoint, clock, guard = () => undefined }: KubeApiOptions): KubeApi {
  const read = (request: Request): Promise<object> => call(endpoint, clock, request);
  const beforeSend = (): void => {
    guard(DEADLINE_MS);
  };
  const write = (request: Request): Promise<object> => call(endpoint, clock, { ...request, beforeSend });
  return {
    get: async <T extends KubeObject>(resource: Resource, ref: Ref, options: CallOptions = {}) =>
      (await read({ method: 'GET', path: objectPath(resource, ref), ...signalOf(options) })) as T,
    list: async <T extends KubeObject>(resource: Resource, options: ListOptions = {}) =>
      readPage<T>(resource, await read(listRequest(resource, options))),
    watch: (resource, options, handlers) => watch(endpoint, clock, resource, options, handlers),
    ...writes(write),
  };
}

type Writes = Pick<KubeApi, 'create' | 'replace' | 'apply' | 'mergePatch' | 'delete'>;
type PatchOptions = CallOptions & { readonly subresource?: 'status' | 'scale' };

function writes(write: (request: Request) => Promise<object>): Writes {
  return {
    create: async <T extends KubeObject>(resource: Resource, body: object, options: CallOptions & Partial<Ref> = {}) =>
      (await write(writeRequest('POST', collectionPath(resource, options.namespace), body, options))) as T,
    replace: async <T extends KubeObject>(resource: Resource, body: T, options: CallOptions = {}) =>
      (await write(writeRequest('PUT', objectPath(resource, body.metadata), body, options))) as T,
    apply: async <T extends KubeObject>(resource: Resource, desired: Manifest, options: ApplyOptions = {}) =>
      (await write(applyRequest(resource, desired, options)).catch(conflictOnUid)) as T,
    mergePatch: async <T extends KubeObject>(resource: Resource, ref: Ref, body: object, options: PatchOptions = {}) =>
      (await write({
        ...writeRequest('PATCH', objectPath(resource, ref, options.subresource), body, options),
        contentType: 'application/merge-patch+json',
      })) as T,
    delete: async (resource, ref, options = {}) => {
      await write(deleteRequest(resource, ref, options));
    },
  };
}

function writeRequest(method: Request['method'], path: string, body: object, options: CallOptions): Request {
  return { method, path, query: { fieldManager: FIELD_MANAGER }, body, ...signalOf(options) };
}

/** No object ever has this version (etcd's first write is the second), so an apply with it can only create. */
const NO_VERSION = '1';

/** The API server calls another object's UID an invalid change of an immutable field. */
function conflictOnUid(error: unknown): never {
  if (!isInvalid(error) || !error.causes.some(({ field }) => field === 'metadata.uid')) throw error;
  throw new ConflictError(error.message, { status: error.status, reason: 'Conflict', causes: error.causes });
}

function applyRequest(resource: Resource, desired: Manifest, options: ApplyOptions): Request {
  const metadata =
    options.createOnly === true ? { ...desired.metadata, resourceVersion: NO_VERSION } : desired.metadata;
  return {
    method: 'PATCH',
    path: objectPath(resource, desired.metadata),
    query: { fieldManager: FIELD_MANAGER, force: 'true', dryRun: options.dryRun === true ? 'All' : undefined },
    body: { ...desired, metadata },
    contentType: 'application/apply-patch+yaml',
    ...signalOf(options),
  };
}

function deleteRequest(resource: Resource, ref: Ref, options: DeleteOptions): Request {
  const { uid, resourceVersion, propagation = 'Background' } = options;
  const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
  return {
    method: 'DELETE',
    path: objectPath(resource, ref),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation, preconditions },
    ...signalOf(options),
  };
}

function listRequest(resource: Resource, options: ListOptions): Request {
  const { namespace, labelSelector, fieldSelector, limit, resourceVersion } = options;
  return {
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: { labelSelector, fieldSelector, limit: limit?.toString(), continue: options.continue, resourceVersion },
    ...signalOf(options),
  };
}

const signalOf = ({ signal }: CallOptions): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });

type RawList = { items?: KubeObject[] | null; metadata?: { resourceVersion?: string; continue?: string } };

/** Items of a list come without apiVersion and kind. */
function readPage<T extends KubeObject>(resource: Resource, list: object): ListPage<T> {
  const { items, metadata } = list as RawList;
  if (metadata?.resourceVersion === undefined) throw unreachable(`LIST ${resource.plural}`, 'the answer is no list');
  const identity = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const token = metadata.continue;
  return {
    items: (items ?? []).map((item) => ({ ...item, ...identity }) as T),
    resourceVersion: metadata.resourceVersion,
    ...(token === undefined || token === '' ? {} : { continue: token }),
  };
}
