import { createHash } from 'node:crypto';
import { type KubeApi } from '../api.ts';
import { type KubeObject, type Manifest } from '../objects.ts';
import { type Resource } from '../resources.ts';
import { isSubset } from './is-subset.ts';
import { ownsMoreThan } from './owned-fields.ts';

export type WriteResult<T> = { readonly result: 'unchanged' | 'written'; readonly object: T };

/**
 * Whether applying `desired` would change `live` (which must come with its managedFields):
 * it says something else, or owns less than we do now.
 */
export function wouldChange(desired: Manifest, live: KubeObject): boolean {
  const { uid: _uid, ...metadata } = desired.metadata;
  const wanted = { ...desired, metadata };
  return !isSubset(wanted, live) || ownsMoreThan(wanted, live.metadata.managedFields ?? []);
}

/** Applies what the API server doesn't have yet, and writes nothing at rest. */
export interface Applier {
  /**
   * `live` is the cached object with its managedFields, or undefined when there is none. ConflictError when the server
   * has another object than that: a foreign object of the same name is never overwritten.
   */
  writeIfChanged<T extends KubeObject>(
    resource: Resource,
    desired: Manifest,
    live: T | undefined,
    signal?: AbortSignal,
  ): Promise<WriteResult<T>>;
}

const REMEMBERED_OBJECTS = 10_000;

export function createApplier(api: KubeApi): Applier {
  /** Applies that changed nothing, by UID: the server's own spelling of a value must not make us write for ever. */
  const idle = new Map<string, string>();
  const mark = (desired: Manifest, { resourceVersion }: { resourceVersion: string }): string =>
    createHash('sha256').update(resourceVersion).update(JSON.stringify(desired)).digest('base64');

  function remember(uid: string, text: string): void {
    idle.delete(uid);
    idle.set(uid, text);
    const [oldest] = idle.keys();
    if (idle.size > REMEMBERED_OBJECTS && oldest !== undefined) idle.delete(oldest);
  }

  return {
    async writeIfChanged<T extends KubeObject>(
      resource: Resource,
      desired: Manifest,
      live: T | undefined,
      signal?: AbortSignal,
    ) {
      const options = signal === undefined ? {} : { signal };
      if (live === undefined)
        return { result: 'written', object: await api.apply<T>(resource, desired, { ...options, createOnly: true }) };
      const { uid } = live.metadata;
      if (!wouldChange(desired, live) || idle.get(uid) === mark(desired, live.metadata))
        return { result: 'unchanged', object: live };
      const exact = { ...desired, metadata: { ...desired.metadata, uid } };
      const object = await api.apply<T>(resource, exact, options);
      if (object.metadata.resourceVersion !== live.metadata.resourceVersion) return { result: 'written', object };
      remember(uid, mark(desired, live.metadata));
      return { result: 'unchanged', object };
    },
  };
}
