import { type Logger } from '@streamjob/telemetry';
import { type Clock } from '../../runtime/clock/clock.ts';
import { type KubeApi } from '../api.ts';
import { keyOf, type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';
import { type Informer, type InformerOptions } from './informer.ts';
import { isNewer } from './resource-version.ts';
import { Reflector } from './reflector.ts';
import { createStore, type Change, type Store } from './store.ts';

export type CacheOptions = {
  readonly api: KubeApi;
  /** Namespaces to watch; every one, with one watch, when empty. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
};

type Subscription<T> = { readonly keysOf: (object: T) => readonly string[]; readonly onKey: (key: string) => void };

/** An informer over one reflector, or over one for each namespace. */
export class CachedInformer<T extends KubeObject> implements Informer<T> {
  readonly resource: Resource;
  readonly #store: Store<T>;
  readonly #log: Logger;
  readonly #trim: (object: T) => T;
  readonly #subscriptions: Subscription<T>[] = [];
  /** By namespace; the empty name stands for all. */
  readonly #reflectors: ReadonlyMap<string, Reflector<T>>;

  constructor(resource: Resource, cache: CacheOptions, options: InformerOptions<T>) {
    this.resource = resource;
    this.#store = createStore(options.indexes);
    this.#log = cache.log;
    this.#trim = options.trim ?? ((object) => object);
    const scopes = resource.namespaced && cache.namespaces.length > 0 ? cache.namespaces : [''];
    this.#reflectors = new Map(scopes.map((name) => [name, this.#reflect(name, cache, options)]));
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#store.get(keyOf(namespace === undefined ? { name } : { namespace, name }));
  }

  list(): readonly T[] {
    return this.#store.list();
  }

  byIndex(index: string, value: string): readonly T[] {
    return this.#store.byIndex(index, value);
  }

  subscribe(keysOf: (object: T) => readonly string[], onKey: (key: string) => void): void {
    this.#subscriptions.push({ keysOf, onKey });
  }

  observe(object: T): void {
    const { namespace = '', name, uid, resourceVersion } = object.metadata;
    const position = (this.#reflectors.get(namespace) ?? this.#reflectors.get(''))?.position;
    if (position === undefined) return;
    // What the watch has passed already is in the store, or was deleted since.
    const isKnown = this.get(object.metadata.namespace, name)?.metadata.uid === uid;
    if (isKnown || isNewer(resourceVersion, position)) this.#notify(this.#store.put(this.#trim(object)));
  }

  get hasSynced(): boolean {
    return this.#reflectors.values().every((reflector) => reflector.hasSynced);
  }

  /** The oldest sign of life of its reflectors, by Clock.monotonic(). */
  get lastActivityMs(): number {
    return Math.min(...this.#reflectors.values().map((reflector) => reflector.lastActivityMs));
  }

  /** Resolves when the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.values().map((reflector) => reflector.run(signal)));
  }

  #reflect(namespace: string, { api, clock, log, random }: CacheOptions, options: InformerOptions<T>): Reflector<T> {
    const { labelSelector, fieldSelector } = options;
    return new Reflector<T>({
      api,
      resource: this.resource,
      scope: {
        ...(namespace && { namespace }),
        ...(labelSelector && { labelSelector }),
        ...(fieldSelector && { fieldSelector }),
      },
      sink: {
        put: (object) => {
          this.#notify(this.#store.put(this.#trim(object)));
        },
        remove: (object) => {
          this.#notify(this.#store.remove(object));
        },
        replace: (objects, resourceVersion, reset) => {
          const contains = (object: T): boolean => namespace === '' || object.metadata.namespace === namespace;
          const trimmed = objects.map((object) => this.#trim(object));
          this.#notify(this.#store.replace(trimmed, { contains, resourceVersion, reset }));
        },
      },
      clock,
      log,
      ...(random && { random }),
    });
  }

  #notify(changes: readonly Change<T>[]): void {
    for (const { before, after } of changes)
      for (const subscription of this.#subscriptions) this.#call(subscription, [before, after]);
  }

  #call({ keysOf, onKey }: Subscription<T>, versions: readonly (T | undefined)[]): void {
    try {
      const keys = new Set(versions.flatMap((object) => (object === undefined ? [] : keysOf(object))));
      for (const key of keys) onKey(key);
    } catch (error) {
      // A subscriber's fault must not end the watch for the others.
      this.#log.error({ error, resource: this.resource.plural }, 'a subscriber of the cache failed');
    }
  }
}
