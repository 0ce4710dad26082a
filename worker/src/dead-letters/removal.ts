import { setTimeout as delay } from 'node:timers/promises';
import { isUnreachable, type Nats } from '@streamjob/nats';
import { backoffMs } from '../delivery/backoff.ts';

export type RemovalDeps = {
  readonly nats: Pick<Nats, 'deleteMessage' | 'streamInfo' | 'epoch'>;
  readonly stream: string;
  /** Of the stream when its messages were read, RFC 3339. */
  readonly created: string;
  readonly signal: AbortSignal;
  /** Overwrite their bytes on disk too, which takes a server long. */
  readonly erase?: boolean;
};

/** How one removal ended; `left` when the signal came first. */
export type Removed = 'deleted' | 'absent' | 'left';

const AT_ONCE = 128;
const RETRY = { initialMs: 250, maxMs: 5_000 };

/** Somebody made the stream anew or put back an older state of it: its sequences mean other messages by now. */
export class StreamReplacedError extends Error {
  override readonly name = 'StreamReplacedError';
}

/** Deletes dead letters by their sequences, some at a time, through breaks of the connection. */
export class Removal {
  readonly #deps: RemovalDeps;
  readonly #waiting: { readonly sequence: number; readonly done: (how: Removed) => void }[] = [];
  #running = 0;
  #highest = 0;
  #epoch: number;
  #checking: Promise<void> | undefined;
  #failed: (error: unknown) => void = () => undefined;
  /** Rejects with what ends the removal for good: a missing permission, a stream that was replaced. */
  readonly failed: Promise<never>;

  constructor(deps: RemovalDeps) {
    this.#deps = deps;
    this.#epoch = deps.nats.epoch;
    this.failed = new Promise((_resolve, reject) => {
      this.#failed = reject;
    });
    this.failed.catch(() => undefined);
  }

  /** Those that were not answered. */
  get backlog(): number {
    return this.#waiting.length + this.#running;
  }

  /** Whether this user may delete here at all: asks for a message that no stream has. Throws PermissionError. */
  async rehearse(): Promise<void> {
    const { nats, stream, signal } = this.#deps;
    await nats.deleteMessage(stream, 0, { signal });
  }

  remove(sequence: number, done: (how: Removed) => void): void {
    this.#highest = Math.max(this.#highest, sequence);
    this.#waiting.push({ sequence, done });
    this.#pump();
  }

  #pump(): void {
    while (this.#running < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      void this.#removeOne(next.sequence)
        .then(next.done, this.#failed)
        .finally(() => {
          this.#running -= 1;
          this.#pump();
        });
    }
  }

  async #removeOne(sequence: number): Promise<Removed> {
    const { nats, stream, signal, erase = false } = this.#deps;
    for (let failures = 1; ; failures += 1) {
      try {
        if (this.#epoch !== nats.epoch) await (this.#checking ??= this.#check());
        return await nats.deleteMessage(stream, sequence, { signal, erase });
      } catch (error) {
        if (signal.aborted) return 'left';
        if (!isUnreachable(error)) throw error;
        await delay(backoffMs(RETRY, failures));
      }
    }
  }

  /** After a break: the server may have come back with another stream of that name, or with an older one. */
  async #check(): Promise<void> {
    const { nats, stream, created, signal } = this.#deps;
    try {
      const { epoch } = nats;
      const info = await nats.streamInfo(stream, { signal });
      if (Date.parse(info.created) !== Date.parse(created) || info.state.lastSequence < this.#highest) {
        throw new StreamReplacedError(
          `stream ${stream} is another one since the connection broke; nothing more is removed`,
        );
      }
      this.#epoch = epoch;
    } finally {
      this.#checking = undefined;
    }
  }
}
