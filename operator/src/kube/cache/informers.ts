import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';
import { CachedInformer, type CacheOptions } from './cached-informer.ts';
import { type Informer, type InformerOptions, type Informers } from './informer.ts';
import { WATCH_IDLE_LIMIT_MS } from './reflector.ts';

/** Slack over the watch's own limit, so that its restart comes before anyone calls it dead. */
const STUCK_AFTER_MS = 2 * WATCH_IDLE_LIMIT_MS;

/** All caches of the process. */
export interface Caches extends Informers {
  /** Runs every informer made so far; resolves when the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  readonly hasSynced: boolean;
  /** Kinds whose first list isn't in yet. */
  unsynced(): readonly string[];
  /** Kinds whose reflector gave no sign of life beyond its limit. */
  stuck(): readonly string[];
}

export function createCaches(options: CacheOptions): Caches {
  const made: {
    readonly resource: Resource;
    readonly hasSynced: boolean;
    readonly lastActivityMs: number;
    run(signal: AbortSignal): Promise<void>;
  }[] = [];
  const namesOf = (list: readonly { resource: Resource }[]): string[] => list.map(({ resource }) => resource.plural);
  let isRunning = false;
  return {
    for<T extends KubeObject>(resource: Resource, informerOptions: InformerOptions<T> = {}): Informer<T> {
      if (isRunning) throw new Error('an informer must be made before the caches run');
      const informer = new CachedInformer<T>(resource, options, informerOptions);
      made.push(informer);
      return informer;
    },
    async run(signal) {
      isRunning = true;
      await Promise.all(made.map((informer) => informer.run(signal)));
    },
    get hasSynced() {
      return isRunning && made.every((informer) => informer.hasSynced);
    },
    unsynced: () => namesOf(made.filter((informer) => !informer.hasSynced)),
    stuck: () =>
      isRunning
        ? namesOf(made.filter((informer) => options.clock.monotonic() - informer.lastActivityMs > STUCK_AFTER_MS))
        : [],
  };
}
