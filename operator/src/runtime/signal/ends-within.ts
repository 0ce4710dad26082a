import { sleep, type Clock } from '../clock/clock.ts';

/** Waits for work, but no longer than `limitMs`; answers whether it ended. The work goes on either way. */
export async function endsWithin(work: Promise<unknown>, limitMs: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const result = await Promise.race([work.then(() => true), sleep(clock, limitMs, timer.signal).then(() => false)]);
  timer.abort();
  return result;
}
