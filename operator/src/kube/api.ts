import { type KubeObject, type Manifest, type Ref } from './objects.ts';
import { type Resource } from './resources.ts';

export type CallOptions = { readonly signal?: AbortSignal };

export type ListOptions = CallOptions & {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page. */
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
};

export type ListPage<T> = {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Token of the next page; absent on the last. */
  readonly continue?: string;
};

export type ApplyOptions = CallOptions & {
  /** Asks what would come of it: admission and validation run, nothing is stored. */
  readonly dryRun?: boolean;
  /** A ConflictError when anything of that name is there. */
  readonly createOnly?: boolean;
};

export type DeleteOptions = CallOptions & {
  /** Preconditions: a ConflictError when the object is another by now. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
};

export type WatchOptions = Omit<ListOptions, 'limit' | 'continue'> & { readonly timeoutSeconds: number };

/** One line of a watch as it came. */
export type WatchLine = { readonly type: string; readonly object: unknown };

export type WatchHandlers = { readonly onOpen: () => void; readonly onLine: (line: WatchLine) => void };

/**
 * The API server, one call a method. Every call has a deadline of 10 s and throws a `KubeError`.
 * Every write passes the guard first, so a process that isn't the leader any more can't write.
 */
export interface KubeApi {
  get<T extends KubeObject>(resource: Resource, ref: Ref, options?: CallOptions): Promise<T>;
  list<T extends KubeObject>(resource: Resource, options?: ListOptions): Promise<ListPage<T>>;
  /** Creates only: AlreadyExistsError when anything of that name is there. */
  create<T extends KubeObject>(resource: Resource, object: object, options?: CallOptions & Ref): Promise<T>;
  /** Replaces; a ConflictError unless `metadata.resourceVersion` is the current one. */
  replace<T extends KubeObject>(resource: Resource, object: T, options?: CallOptions): Promise<T>;
  /**
   * Server-side apply as `streamjob-operator`, by force: what we say is ours.
   * With `metadata.uid` it changes that very object or throws a ConflictError, and never creates.
   */
  apply<T extends KubeObject>(resource: Resource, desired: Manifest, options?: ApplyOptions): Promise<T>;
  /** JSON merge patch of the object, or of a subresource of it. */
  mergePatch<T extends KubeObject>(
    resource: Resource,
    ref: Ref,
    patch: object,
    options?: CallOptions & { readonly subresource?: 'status' | 'scale' },
  ): Promise<T>;
  /** NotFoundError when it's gone already. */
  delete(resource: Resource, ref: Ref, options?: DeleteOptions): Promise<void>;
  /** Resolves when the server ends the watch; throws when it can't be opened or breaks. */
  watch(resource: Resource, options: WatchOptions, handlers: WatchHandlers): Promise<void>;
}

/** Throws when a write that may take `deadlineMs` must not be sent. */
export type WriteGuard = (deadlineMs: number) => void;

export const FIELD_MANAGER = 'streamjob-operator';
