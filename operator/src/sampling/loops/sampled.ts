import { type Sampled } from '../record.ts';

export function succeed<T>(value: T, nowMs: number): Sampled<T> {
  return { value, atMs: nowMs };
}

/** Keeps the last value with its age. */
export function fail<T>(before: Sampled<T>, error: unknown, nowMs: number): Sampled<T> {
  return {
    ...before,
    error: error instanceof Error ? error : new Error('the sample failed'),
    failingSinceMs: before.failingSinceMs ?? nowMs,
  };
}

/** One read and what becomes of the sample; never rejects. */
export async function sample<T>(before: Sampled<T>, read: () => Promise<T>, now: () => number): Promise<Sampled<T>> {
  try {
    return succeed(await read(), now());
  } catch (error) {
    return fail(before, error, now());
  }
}
