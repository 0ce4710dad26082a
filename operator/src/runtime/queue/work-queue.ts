import { type Clock } from '../clock/clock.ts';

/**
 * Keys that want work. A key waits at most once, however often it is added, and is never handed out while it is being
 * worked on: added meanwhile, it comes again after `done`.
 */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key later; of several delays the earliest counts. */
  addAfter(key: string, delayMs: number): void;
  /** The next key, or undefined once the queue is shut down. Every key that was got must be given to `done`. */
  get(): Promise<string | undefined>;
  done(key: string): void;
  /** Hands out nothing more and forgets what waits. */
  shutDown(): void;
  /** Keys that are ready and not yet handed out. */
  readonly length: number;
  /** Clock.monotonic() since when each key in work has been worked on. */
  readonly inProgress: ReadonlyMap<string, number>;
}

export function createWorkQueue(clock: Clock): WorkQueue {
  return new KeyQueue(clock);
}

type Delayed = { readonly atMs: number; readonly cancel: () => void };

class KeyQueue implements WorkQueue {
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #ready = new Set<string>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  readonly #inProgress = new Map<string, number>();
  #isShutDown = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#ready.size;
  }

  get inProgress(): ReadonlyMap<string, number> {
    return this.#inProgress;
  }

  add(key: string): void {
    if (this.#isShutDown) return;
    this.#forgetDelay(key);
    if (this.#inProgress.has(key)) this.#again.add(key);
    else {
      this.#ready.add(key);
      this.#handOut();
    }
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#isShutDown || this.#ready.has(key) || this.#again.has(key)) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const atMs = this.#clock.monotonic() + delayMs;
    if ((this.#delayed.get(key)?.atMs ?? Infinity) <= atMs) return;
    this.#forgetDelay(key);
    const cancel = this.#clock.after(delayMs, () => {
      this.add(key);
    });
    this.#delayed.set(key, { atMs, cancel });
  }

  get(): Promise<string | undefined> {
    if (this.#isShutDown) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#handOut();
    });
  }

  done(key: string): void {
    this.#inProgress.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  shutDown(): void {
    this.#isShutDown = true;
    this.#ready.clear();
    this.#again.clear();
    for (const key of [...this.#delayed.keys()]) this.#forgetDelay(key);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #handOut(): void {
    for (const key of this.#ready) {
      const resolve = this.#waiting.shift();
      if (resolve === undefined) return;
      this.#ready.delete(key);
      this.#inProgress.set(key, this.#clock.monotonic());
      resolve(key);
    }
  }

  /** An addition now, or an earlier one, makes a later one needless: reconciling says when to look again. */
  #forgetDelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }
}
