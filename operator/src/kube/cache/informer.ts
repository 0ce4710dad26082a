import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';

export type InformerOptions<T extends KubeObject> = {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Named indexes: which values an object is found under. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
  /** Cuts an object down before it is kept, to save memory. */
  readonly trim?: (object: T) => T;
};

/** A view of the cluster's objects of one kind, kept current by watches. */
export interface Informer<T extends KubeObject> {
  readonly resource: Resource;
  get(namespace: string | undefined, name: string): T | undefined;
  list(): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  /**
   * Calls `onKey` with every key that `keysOf` names for an object that appeared, changed or went:
   * for a change, those of the object before and after it. Called once for each object when the first list is in.
   */
  subscribe(keysOf: (object: T) => readonly string[], onKey: (key: string) => void): void;
  /** Takes in an object that a write answered with, unless the watch has seen something newer. */
  observe(object: T): void;
  /** True once a first list of every namespace is in. */
  readonly hasSynced: boolean;
}

/** Makes informers; every one that it made is started, synced and checked for life by the manager. */
export interface Informers {
  for<T extends KubeObject>(resource: Resource, options?: InformerOptions<T>): Informer<T>;
}
