import type { Publication } from '@streamjob/nats';
import type { Verdict } from '../delivery/classify.ts';

/** Where results of one kind go. It confirms or refuses each, in its own time; it never retries and holds nothing. */
export type Sink = {
  /** `onVerdict` is called exactly once for each index, never before this returns. */
  publish(batch: readonly Publication[], onVerdict: (index: number, verdict: Verdict) => void): void;
};
