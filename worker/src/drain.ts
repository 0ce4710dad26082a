import { setTimeout as delay } from 'node:timers/promises';
import type { Nats } from '@streamjob/nats';
import type { Station } from './assemble.ts';
import type { Clock } from './clock.ts';

export type DrainOptions = Pick<Station, 'loop' | 'source' | 'publisher'> & {
  readonly nats: Pick<Nats, 'connected' | 'flush'>;
  readonly clock: Clock;
  /** All the time that there is, from the signal to the end. */
  readonly graceMs: number;
};

/** What is left of the grace period for giving back and closing. */
const CLOSING_MS = 2_000;
const POLL_MS = 10;

/**
 * Stops in order: nothing more is asked for or begun, what hasn't begun goes back, what is in flight is confirmed and
 * acked, and what can't be finished in time goes back too.
 */
export async function drain({ loop, source, publisher, nats, clock, graceMs }: DrainOptions): Promise<void> {
  const deadlineMs = clock.monotonicMs() + Math.max(0, graceMs - CLOSING_MS);
  loop.beginDrain();
  await atMost(CLOSING_MS, source.stop());
  while (!loop.drained && nats.connected && clock.monotonicMs() < deadlineMs) await delay(POLL_MS);
  loop.endDrain();
  await atMost(
    CLOSING_MS / 2,
    publisher.close().then(() => nats.flush()),
  );
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  await Promise.race([work.catch(() => undefined), delay(ms, undefined, { ref: false })]);
}
