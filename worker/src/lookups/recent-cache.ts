type Kept<V> = { readonly value: V; readonly cost: number };

/**
 * Keeps what was asked for lately, up to a total cost. Two generations: when the young one has half of the cost, it
 * becomes the old one, and what nobody asked for in the meantime goes with the one before. A hit on what is young
 * writes nothing, which is what makes it cheap.
 */
export class RecentCache<V> {
  readonly #half: number;
  #young = new Map<string, Kept<V>>();
  #old = new Map<string, Kept<V>>();
  #youngCost = 0;
  #oldCost = 0;

  constructor(maxCost: number) {
    this.#half = maxCost / 2;
  }

  /** Of all that is kept; never more than `maxCost`. */
  get cost(): number {
    return this.#youngCost + this.#oldCost;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.set(key, old.value, old.cost);
    return old.value;
  }

  /** What alone costs more than half of what is allowed is not kept. */
  set(key: string, value: V, cost: number): void {
    this.delete(key);
    if (cost > this.#half) return;
    if (this.#youngCost + cost > this.#half) this.#age();
    this.#young.set(key, { value, cost });
    this.#youngCost += cost;
  }

  delete(key: string): void {
    const young = this.#young.get(key);
    if (young !== undefined) {
      this.#young.delete(key);
      this.#youngCost -= young.cost;
      return;
    }
    const old = this.#old.get(key);
    if (old === undefined) return;
    this.#old.delete(key);
    this.#oldCost -= old.cost;
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngCost = this.#oldCost = 0;
  }

  #age(): void {
    this.#old = this.#young;
    this.#oldCost = this.#youngCost;
    this.#young = new Map();
    this.#youngCost = 0;
  }
}
