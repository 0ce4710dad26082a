/** When the server last gave a sign of life. */
export class Liveness {
  readonly #now: () => number;
  #aliveMs: number;
  #lastPingMs: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#aliveMs = this.#lastPingMs = now();
  }

  get aliveMs(): number {
    return this.#aliveMs;
  }

  /** Something came. */
  readonly seen = (): void => {
    this.#aliveMs = this.#now();
  };

  /** A first unanswered ping means that the one before was answered. */
  pinged(unanswered: number): void {
    if (unanswered === 1) this.#aliveMs = Math.max(this.#aliveMs, this.#lastPingMs);
    this.#lastPingMs = this.#now();
  }

  /** There is a new connection; returns how long there was none that worked. */
  renew(): number {
    const downMs = this.#now() - this.#aliveMs;
    this.#aliveMs = this.#lastPingMs = this.#now();
    return downMs;
  }
}
