export type Backoff = { readonly initialMs: number; readonly maxMs: number };

/** Milliseconds to wait after the given number of failures (1 is the first): doubling from `initialMs` up to `maxMs`. */
export function backoffMs({ initialMs, maxMs }: Backoff, failures: number): number {
  return Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30));
}
