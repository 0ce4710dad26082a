import { type DependencyReason } from '../pipeline/types.ts';

/** What is known of a key. */
export type LookupAnswer =
  /** Whoever gets it must not change it: others get the same. */
  | { readonly kind: 'found'; readonly value: unknown; readonly inexact: boolean }
  | { readonly kind: 'missing' }
  /** Nobody can tell now, through no fault of the key's. */
  | {
      readonly kind: 'unavailable';
      readonly reason: DependencyReason;
      /** What was answered, without the key or anything of the value. */
      readonly code: string;
      readonly retryAfterMs?: number;
    }
  /** This key's own failure, in a fixed text. */
  | { readonly kind: 'failed'; readonly error: string };

/** What is known outside of the stream, by keys. */
export interface Lookup {
  /** At once where the answer is in memory. Never throws; no promise rejects, and each is answered within a deadline. */
  get(key: string): LookupAnswer | Promise<LookupAnswer>;
  close(): Promise<void>;
}

export const MISSING: LookupAnswer = { kind: 'missing' };

export function unavailable(code: string, retryAfterMs?: number): LookupAnswer {
  const reason = 'LookupUnreachable';
  return retryAfterMs === undefined
    ? { kind: 'unavailable', reason, code }
    : { kind: 'unavailable', reason, code, retryAfterMs };
}
