import { setTimeout as delay } from 'node:timers/promises';

/** Polls until the condition holds; throws when it doesn't in time. An error in it counts as "not yet". */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    await delay(50);
  }
  throw new Error(`not within ${withinMs} ms: ${condition.toString()}`, { cause: last });
}
