import { type WatchLine } from '../api.ts';
import { errorFromStatus, ExpiredError, type KubeError } from '../errors.ts';
import { type KubeObject } from '../objects.ts';
import { apiVersionOf, type Resource } from '../resources.ts';

export type WatchEvent<T> =
  | { readonly type: 'put' | 'remove'; readonly object: T; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }
  | { readonly type: 'error'; readonly error: KubeError };

/** Reads a watch's line. What can't be read is an ExpiredError: something was missed, so only a new list helps. */
export function readEvent<T extends KubeObject>(resource: Resource, { type, object }: WatchLine): WatchEvent<T> {
  const what = `WATCH ${resource.plural}`;
  if (type === 'ERROR') return { type: 'error', error: errorFromStatus(what, codeOf(object), object) };
  if (!isObject(object)) return missed(`${what}: a line can't be read`);
  const { resourceVersion } = object.metadata;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { type: 'put', object: identified(resource, object) as T, resourceVersion };
    case 'DELETED':
      return { type: 'remove', object: identified(resource, object) as T, resourceVersion };
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion };
    default:
      return missed(`${what}: an event of an unknown type`);
  }
}

const missed = (message: string): WatchEvent<never> => ({
  type: 'error',
  error: new ExpiredError(message, { status: 0, reason: 'Missed', causes: [] }),
});

const identified = (resource: Resource, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

function isObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return false;
  const { metadata } = value;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'resourceVersion' in metadata &&
    typeof metadata.resourceVersion === 'string'
  );
}

function codeOf(status: unknown): number {
  const code = typeof status === 'object' && status !== null && 'code' in status ? status.code : 0;
  return typeof code === 'number' ? code : 0;
}
