import { keyOf, type KubeObject } from '../objects.ts';
import { isNewer } from './resource-version.ts';

/** What happened to one object: it appeared (no `before`), changed, or went (no `after`). */
export type Change<T> = { readonly before?: T; readonly after?: T };

/** Objects by key and by index. Every method that changes it answers with what changed. */
export interface Store<T extends KubeObject> {
  get(key: string): T | undefined;
  list(): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  /** Keeps the object unless a newer one is there. Another UID under the same key is a going and an appearing. */
  put(object: T): readonly Change<T>[];
  /** Removes the object unless another UID or a newer version has taken its place. */
  remove(object: T): readonly Change<T>[];
  /** Takes a whole list of a scope as the truth as of `resourceVersion`. With `reset` even older versions win. */
  replace(objects: readonly T[], scope: Scope<T>): readonly Change<T>[];
}

export type Scope<T> = {
  readonly contains: (object: T) => boolean;
  readonly resourceVersion: string;
  /** The server's history began anew, so that versions can't be compared. */
  readonly reset: boolean;
};

export type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

export function createStore<T extends KubeObject>(indexes: Indexes<T> = {}): Store<T> {
  const objects = new Map<string, T>();
  const index = createIndex(indexes);

  function set(key: string, before: T | undefined, after: T | undefined): Change<T> {
    if (before !== undefined) index.remove(key, before);
    if (after === undefined) objects.delete(key);
    else {
      objects.set(key, after);
      index.add(key, after);
    }
    return { ...(before && { before }), ...(after && { after }) };
  }

  function put(object: T, force = false): readonly Change<T>[] {
    const key = keyOf(object.metadata);
    const before = objects.get(key);
    if (before === undefined) return [set(key, undefined, object)];
    if (before.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    if (!force && !isNewer(object.metadata.resourceVersion, before.metadata.resourceVersion)) return [];
    if (before.metadata.uid === object.metadata.uid) return [set(key, before, object)];
    return [set(key, before, undefined), set(key, undefined, object)];
  }

  function remove(object: T): readonly Change<T>[] {
    const key = keyOf(object.metadata);
    const before = objects.get(key);
    if (before?.metadata.uid !== object.metadata.uid) return [];
    return [set(key, before, undefined)];
  }

  return {
    get: (key) => objects.get(key),
    list: () => [...objects.values()],
    byIndex: (name, value) => index.keys(name, value).flatMap((key) => objects.get(key) ?? []),
    put: (object) => put(object),
    remove,
    replace(list, { contains, resourceVersion, reset }) {
      const listed = new Set(list.map(({ metadata }) => keyOf(metadata)));
      const gone = [...objects].filter(
        ([key, object]) =>
          !listed.has(key) && contains(object) && (reset || !isNewer(object.metadata.resourceVersion, resourceVersion)),
      );
      return [
        ...gone.map(([key, object]) => set(key, object, undefined)),
        ...list.flatMap((object) => put(object, reset)),
      ];
    },
  };
}

function createIndex<T>(indexes: Indexes<T>) {
  const names = Object.keys(indexes);
  const keys = new Map<string, Set<string>>();
  const slotsOf = (object: T): string[] =>
    names.flatMap((name) => (indexes[name]?.(object) ?? []).map((value) => `${name}\0${value}`));
  return {
    keys: (name: string, value: string): readonly string[] => [...(keys.get(`${name}\0${value}`) ?? [])],
    add(key: string, object: T): void {
      for (const slot of slotsOf(object)) keys.set(slot, (keys.get(slot) ?? new Set()).add(key));
    },
    remove(key: string, object: T): void {
      for (const slot of slotsOf(object)) {
        keys.get(slot)?.delete(key);
        if (keys.get(slot)?.size === 0) keys.delete(slot);
      }
    },
  };
}
