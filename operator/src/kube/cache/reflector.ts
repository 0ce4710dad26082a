import { type Logger } from '@streamjob/telemetry';
import { createBackoff, type Backoff } from '../../runtime/backoff/backoff.ts';
import { sleep, type Clock } from '../../runtime/clock/clock.ts';
import { isAborted } from '../../runtime/signal/signal.ts';
import { type KubeApi, type ListOptions, type WatchLine } from '../api.ts';
import { isExpired, KubeError, unreachable } from '../errors.ts';
import { type KubeObject } from '../objects.ts';
import { type Resource } from '../resources.ts';
import { listAll } from './list-all.ts';
import { isNewer } from './resource-version.ts';
import { readEvent } from './watch-event.ts';

/** What a reflector tells the cache. */
export type Sink<T> = {
  /** A whole list. `reset`: the server's history began anew, so its versions can't be compared with older ones. */
  readonly replace: (objects: readonly T[], resourceVersion: string, reset: boolean) => void;
  readonly put: (object: T) => void;
  readonly remove: (object: T) => void;
};

export type ReflectorOptions<T extends KubeObject> = {
  readonly api: KubeApi;
  readonly resource: Resource;
  readonly scope: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  readonly sink: Sink<T>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
};

/** Bookmarks come about once a minute: a watch that says nothing for so long is dead. */
export const WATCH_IDLE_LIMIT_MS = 180_000;
/** A watch that lasted so long was no failure, whatever ended it. */
const HEALTHY_WATCH_MS = 30_000;

/** Lists, then watches, for ever: every failure is logged, waited out and tried again. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #log: Logger;
  #mustList = true;
  #hasSynced = false;
  #position: string | undefined;
  #lastActivityMs: number;

  constructor(options: ReflectorOptions<T>) {
    const { resource, scope, clock, log, random = Math.random } = options;
    this.#options = options;
    this.#random = random;
    this.#backoff = createBackoff({ initialMs: 500, maxMs: 30_000, random });
    this.#log = log.child({ resource: resource.plural, ...(scope.namespace && { namespace: scope.namespace }) });
    this.#lastActivityMs = clock.monotonic();
  }

  /** True once a first list is in. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Newest version that the list or the watch has told; undefined before the first list. */
  get position(): string | undefined {
    return this.#position;
  }

  /** Clock.monotonic() of the last sign of life: an answer, a line, or a failed try. */
  get lastActivityMs(): number {
    return this.#lastActivityMs;
  }

  /** Resolves when the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      const failure = await this.#attempt(signal).catch((error: unknown) => error);
      this.#touch();
      if (isAborted(signal)) return;
      if (clock.monotonic() - startedMs >= HEALTHY_WATCH_MS) this.#backoff.reset();
      await sleep(clock, this.#delayAfter(failure), signal);
    }
  }

  /** One list when it's needed, and one watch. */
  async #attempt(signal: AbortSignal): Promise<void> {
    if (this.#mustList) await this.#list(signal);
    await this.#watch(signal);
  }

  #delayAfter(failure: unknown): number {
    const backoffMs = this.#backoff.next();
    if (failure === undefined) return backoffMs;
    if (isExpired(failure)) this.#mustList = true;
    this.#log.warn({ error: failure, synced: this.#hasSynced }, 'list or watch failed, trying again');
    const askedMs = failure instanceof KubeError ? (failure.retryAfterMs ?? 0) : 0;
    return Math.max(backoffMs, askedMs);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { api, resource, scope, sink } = this.#options;
    const { objects, resourceVersion } = await listAll<T>(api, resource, { ...scope, signal }, () => {
      this.#touch();
    });
    // A list is never older than what was seen before, unless the server was restored from a backup.
    const reset = this.#position !== undefined && isNewer(this.#position, resourceVersion);
    sink.replace(objects, resourceVersion, reset);
    this.#position = resourceVersion;
    this.#mustList = false;
    this.#hasSynced = true;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, resource, scope } = this.#options;
    const idle = this.#abortWhenIdle();
    const options = {
      ...scope,
      ...(this.#position === undefined ? {} : { resourceVersion: this.#position }),
      timeoutSeconds: Math.round(240 + this.#random() * 240),
      signal: AbortSignal.any([signal, idle.signal]),
    };
    try {
      const onLine = (line: WatchLine): void => {
        this.#take(line);
      };
      await api.watch(resource, options, {
        onOpen: () => {
          this.#touch();
        },
        onLine,
      });
    } finally {
      idle.stop();
    }
    if (idle.signal.aborted) throw unreachable(`WATCH ${resource.plural}`, 'silent for too long');
  }

  #take(line: WatchLine): void {
    this.#touch();
    const { resource, sink } = this.#options;
    const event = readEvent<T>(resource, line);
    if (event.type === 'error') throw event.error;
    if (event.type === 'put') sink.put(event.object);
    if (event.type === 'remove') sink.remove(event.object);
    this.#position = event.resourceVersion;
  }

  #touch(): void {
    this.#lastActivityMs = this.#options.clock.monotonic();
  }

  #abortWhenIdle(): { signal: AbortSignal; stop: () => void } {
    const { clock } = this.#options;
    const controller = new AbortController();
    let cancel: () => void;
    const check = (): void => {
      const leftMs = this.#lastActivityMs + WATCH_IDLE_LIMIT_MS - clock.monotonic();
      if (leftMs <= 0) controller.abort();
      else cancel = clock.after(leftMs, check);
    };
    cancel = clock.after(WATCH_IDLE_LIMIT_MS, check);
    return {
      signal: controller.signal,
      stop: () => {
        cancel();
      },
    };
  }
}
