import { type KubeApi } from '../api.ts';
import { isNotFound } from '../errors.ts';
import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';

/** Adds a finalizer; answers the object as it is then. ConflictError when it changed since it was read. */
export async function addFinalizer<T extends KubeObject>(
  api: KubeApi,
  resource: Resource,
  live: T,
  finalizer: string,
  signal?: AbortSignal,
): Promise<T> {
  const present = live.metadata.finalizers ?? [];
  if (present.includes(finalizer)) return live;
  return patchFinalizers(api, resource, live, [...present, finalizer], signal);
}

/** Removes a finalizer; undefined when the object is gone with it. ConflictError when it changed since it was read. */
export async function removeFinalizer<T extends KubeObject>(
  api: KubeApi,
  resource: Resource,
  live: T,
  finalizer: string,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const present = live.metadata.finalizers ?? [];
  if (!present.includes(finalizer)) return live;
  const rest = present.filter((name) => name !== finalizer);
  try {
    return await patchFinalizers(api, resource, live, rest, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A merge patch replaces the list as a whole: the version keeps it from undoing another's change. */
function patchFinalizers<T extends KubeObject>(
  api: KubeApi,
  resource: Resource,
  live: T,
  finalizers: readonly string[],
  signal: AbortSignal | undefined,
): Promise<T> {
  const { uid, resourceVersion } = live.metadata;
  const body = { metadata: { uid, resourceVersion, finalizers } };
  return api.mergePatch<T>(resource, live.metadata, body, signal === undefined ? {} : { signal });
}
