/** Where a command writes: what was asked for to `out`, all else to `err`. */
export type Screen = {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  /** Whether a person sees `err`: then progress is one line that changes. */
  readonly errIsTty: boolean;
  readonly columns: number;
};

const TTY_EVERY_MS = 200;
const LINE_EVERY_MS = 5_000;
const CLEAR = '\r\x1b[K';

/** Tells how far long work is: in one changing line on a terminal, else in a line every few seconds. */
export class ProgressLine {
  readonly #screen: Screen;
  readonly #nowMs: () => number;
  readonly #everyMs: number;
  #lastMs: number;
  #shown = false;

  constructor(screen: Screen, nowMs: () => number) {
    this.#screen = screen;
    this.#nowMs = nowMs;
    this.#everyMs = screen.errIsTty ? TTY_EVERY_MS : LINE_EVERY_MS;
    this.#lastMs = nowMs();
  }

  /** `text` is asked for only when it is shown. */
  update(text: () => string): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastMs < this.#everyMs) return;
    this.#lastMs = nowMs;
    const { errIsTty, columns } = this.#screen;
    this.#screen.err(errIsTty ? `${CLEAR}${text().slice(0, columns - 1)}` : `${text()}\n`);
    this.#shown = errIsTty;
  }

  /** Before anything else is written. */
  clear(): void {
    if (this.#shown) this.#screen.err(CLEAR);
    this.#shown = false;
  }
}
