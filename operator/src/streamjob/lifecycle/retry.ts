import { type ConsumerTask } from '../snapshot.ts';

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/** When a failed request may be made again: 2 s, 4 s, 8 s, … up to a minute after it failed. */
export function retryAtMs({ atMs, failures }: ConsumerTask): number {
  return atMs + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
