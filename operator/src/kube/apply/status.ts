import { type KubeApi } from '../api.ts';
import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';
import { mergePatchOf } from './merge-patch.ts';

/**
 * Patches the status subresource with the difference from `live.status` to `status`, pinned to the UID and the version
 * that the difference was made from; answers undefined when there is none. ConflictError when the object changed since.
 */
export async function patchStatusIfChanged<T extends KubeObject & { readonly status?: unknown }>(
  api: KubeApi,
  resource: Resource,
  live: T,
  status: object,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const patch = mergePatchOf(live.status, { ...status });
  if (patch === undefined) return undefined;
  const { uid, resourceVersion } = live.metadata;
  const body = { metadata: { uid, resourceVersion }, status: patch };
  return api.mergePatch<T>(resource, live.metadata, body, { subresource: 'status', ...(signal && { signal }) });
}
