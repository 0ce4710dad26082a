import { type KubeApi, type ListOptions, type ListPage, type WatchHandlers, type WatchOptions } from '../api.ts';
import { type KubeObject } from '../objects.ts';
import { untilAborted } from '../../runtime/signal/signal.ts';

export function pod(
  name: string,
  version: number,
  fields: { uid?: string; namespace?: string; labels?: Record<string, string> } = {},
): KubeObject {
  const { uid = `uid-${name}`, namespace = 'ns', labels } = fields;
  const metadata = { name, namespace, uid, resourceVersion: String(version), ...(labels && { labels }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}

export type OpenWatch = {
  readonly options: WatchOptions;
  readonly send: (type: string, object: unknown) => void;
  /** The server ends the watch. */
  readonly end: () => void;
  readonly fail: (error: Error) => void;
};

/** An API whose lists and watches a test writes by hand. What isn't given throws. */
export interface FakeApi {
  readonly api: KubeApi;
  readonly lists: ListOptions[];
  readonly watches: OpenWatch[];
  /** Answers a list; an error is thrown. */
  onList: (options: ListOptions) => ListPage<KubeObject> | Error | Promise<ListPage<KubeObject>>;
  /** Refuses to open a watch when it answers an error. */
  onWatch: (options: WatchOptions) => Error | undefined;
}

export function createFakeApi(): FakeApi {
  const lists: ListOptions[] = [];
  const watches: OpenWatch[] = [];
  const refuse = (): Promise<never> => Promise.reject(new Error('this fake only reads'));

  async function list<T extends KubeObject>(_resource: unknown, options: ListOptions = {}): Promise<ListPage<T>> {
    lists.push(options);
    const answer = await fake.onList(options);
    if (answer instanceof Error) throw answer;
    return answer as ListPage<T>;
  }

  function watch(_resource: unknown, options: WatchOptions, handlers: WatchHandlers): Promise<void> {
    const refusal = fake.onWatch(options);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      watches.push({
        options,
        send: (type, object) => {
          try {
            handlers.onLine({ type, object });
          } catch (error) {
            reject(error instanceof Error ? error : new Error('a handler failed'));
          }
        },
        end: resolve,
        fail: reject,
      });
      handlers.onOpen();
      void untilAborted(options.signal ?? new AbortController().signal).then(resolve);
    });
  }

  const fake: FakeApi = {
    api: {
      get: refuse,
      list,
      create: refuse,
      replace: refuse,
      apply: refuse,
      mergePatch: refuse,
      delete: refuse,
      watch,
    },
    lists,
    watches,
    onList: () => ({ items: [], resourceVersion: '1' }),
    onWatch: () => undefined,
  };
  return fake;
}
