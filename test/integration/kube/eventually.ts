import { poll } from '../../../hack/src/process/poll.ts';

/** Polls until the condition holds; throws when it doesn't in time. An error in it counts as "not yet". */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  await poll(condition.toString(), condition, { timeoutMs: withinMs, everyMs: 50 });
}
