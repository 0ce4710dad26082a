import { MAX_ID, type Call } from './call.ts';

/** Calls that a process has at most, and what one batch of them holds at most. */
const MOST_CALLED = 512;
const BATCH_CALLS = 256;
const BATCH_CHARS = 1024 * 1024;

/**
 * The calls that wait and those that the process has. A call that may have killed its process runs alone the next time, so
 * that no other is blamed for it.
 */
export class CallQueue {
  #waiting: Call[] = [];
  #suspects: Call[] = [];
  readonly #called = new Map<number, Call>();
  #lastId = 0;

  /** Calls that the process has. */
  get called(): number {
    return this.#called.size;
  }

  get size(): number {
    return this.#waiting.length + this.#suspects.length + this.#called.size;
  }

  /** The id of the one call that the process has, if it has it alone because it is suspected. */
  get alone(): number | undefined {
    const [first] = this.#called;
    return this.#called.size === 1 && first?.[1].suspect === true ? first[0] : undefined;
  }

  add(call: Call): void {
    this.#waiting.push(call);
  }

  /** The calls to hand over now, with their ids; from now on the process has them. */
  next(): readonly (readonly [id: number, call: Call])[] {
    if (this.#suspects.length > 0) return this.#called.size > 0 ? [] : this.#hand(this.#suspects.splice(0, 1));
    const room = Math.min(BATCH_CALLS, MOST_CALLED - this.#called.size, this.#waiting.length);
    let chars = 0;
    let count = 0;
    while (count < room && chars < BATCH_CHARS) {
      chars += this.#waiting[count]?.chars ?? 0;
      count += 1;
    }
    if (count === this.#waiting.length) return this.#hand(this.#takeAll());
    return count === 0 ? [] : this.#hand(this.#waiting.splice(0, count));
  }

  /** Takes a call back that the process answered; undefined when it isn't the process's. */
  answered(id: number): Call | undefined {
    const call = this.#called.get(id);
    this.#called.delete(id);
    return call;
  }

  /** The process is gone: what it had waits again, first of all; if suspected, each alone. */
  takeBack(suspected: boolean): void {
    const calls = [...this.#called.values()];
    this.#called.clear();
    for (const call of calls) call.suspect ||= suspected;
    (suspected ? this.#suspects : this.#waiting).unshift(...calls);
  }

  /** Takes everything out. */
  drain(): readonly Call[] {
    const all = [...this.#called.values(), ...this.#suspects, ...this.#waiting];
    this.#called.clear();
    this.#suspects = [];
    this.#waiting = [];
    return all;
  }

  #takeAll(): Call[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  #hand(calls: readonly Call[]): readonly (readonly [id: number, call: Call])[] {
    return calls.map((call) => {
      this.#lastId = (this.#lastId % MAX_ID) + 1;
      this.#called.set(this.#lastId, call);
      return [this.#lastId, call] as const;
    });
  }
}
