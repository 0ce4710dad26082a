/** A condition that did not come true in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export interface PollOptions {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks `condition` until it answers something other than undefined or false. An error counts as "not yet" and is told
 * when time runs out. Throws TimedOut, or the signal's reason.
 */
export async function poll<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: PollOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      if (error instanceof Fatal) throw error.cause;
      last = error;
    }
    if (Date.now() >= deadline) {
      const reason = last instanceof Error ? `: ${last.message}` : '';
      throw new TimedOut(`${what}: not within ${options.timeoutMs / 1000} s${reason}`, { cause: last });
    }
    await delay(options.everyMs ?? 100);
  }
}

/** Thrown inside a polled condition, it ends the polling with its cause. */
export class Fatal extends Error {
  override readonly name = 'Fatal';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
