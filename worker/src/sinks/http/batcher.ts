export type Bounds = { readonly maxMessages: number; readonly maxBytes: number; readonly maxWaitMs: number };

/** Gathers items until there are enough, or the first has waited long enough. */
export class Batcher<Item> {
  readonly #bounds: Bounds;
  readonly #send: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: Bounds, send: (items: readonly Item[]) => void) {
    this.#bounds = bounds;
    this.#send = send;
  }

  add(item: Item, bytes: number): void {
    const { maxMessages, maxBytes, maxWaitMs } = this.#bounds;
    if (this.#items.length > 0 && this.#bytes + bytes > maxBytes) this.#flush();
    this.#items.push(item);
    this.#bytes += bytes;
    if (this.#items.length >= maxMessages || this.#bytes >= maxBytes) this.#flush();
    else
      this.#timer ??= setTimeout(() => {
        this.#flush();
      }, maxWaitMs);
  }

  #flush(): void {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send(items);
  }
}
