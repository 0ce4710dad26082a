import { type KubeApi, type ListOptions } from '../api.ts';
import { isExpired } from '../errors.ts';
import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';

const PAGE_OBJECTS = 500;

export type FullList<T> = { readonly objects: readonly T[]; readonly resourceVersion: string };

/** Lists page by page; when the pages' snapshot expires half-way, once more in a single answer. */
export async function listAll<T extends KubeObject>(
  api: KubeApi,
  resource: Resource,
  options: Omit<ListOptions, 'limit' | 'continue'>,
  onPage: () => void,
): Promise<FullList<T>> {
  const objects: T[] = [];
  let token: string | undefined;
  try {
    for (;;) {
      const page = await api.list<T>(resource, {
        ...options,
        limit: PAGE_OBJECTS,
        ...(token === undefined ? {} : { continue: token }),
      });
      onPage();
      objects.push(...page.items);
      if (page.continue === undefined) return { objects, resourceVersion: page.resourceVersion };
      token = page.continue;
    }
  } catch (error) {
    if (!isExpired(error) || token === undefined) throw error;
    const whole = await api.list<T>(resource, options);
    return { objects: whole.items, resourceVersion: whole.resourceVersion };
  }
}
