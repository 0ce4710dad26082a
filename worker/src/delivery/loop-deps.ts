import type { Settlement } from '@streamjob/nats';
import type { Clock } from '../clock.ts';
import type { Counts } from '../health/counts.ts';
import type { Journal } from '../journal/index.ts';
import type { Pipeline } from '../pipeline/index.ts';
import type { Credit } from './allowance.ts';
import type { Destinations } from './destinations.ts';
import type { DispatchDeps } from './dispatch.ts';

/** What the loop stands on: where messages come from and are settled, what is done with them, and where results go. */
export type LoopDeps = Pick<DispatchDeps, 'sinks' | 'buildDeadLetter'> & {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly destinations: Destinations;
  readonly journal: Pick<Journal, 'begin' | 'end' | 'suspects' | 'judge' | 'finished' | 'convicted' | 'save'>;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly credit: Credit;
  readonly ackWaitMs: number;
  settle(items: readonly Settlement[]): boolean;
  /** Asks the source for more. */
  request(messages: number, bytes: number): void;
  /** Messages that were asked for and have not come. */
  asked(): number;
  /** Bytes that may still come for that. */
  askedBytes(): number;
  /** More was written than the connection takes: nothing new is begun, answers and acks go on. */
  congested(): boolean;
  /** The process stood still for longer than the ack wait: what is on its way to us belongs to others by now. */
  onStandstill(): void;
};
