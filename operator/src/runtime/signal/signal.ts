/** Whether the signal has aborted by now: asked by a call, because a check before an await says nothing after it. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      resolve();
    };
    signal.addEventListener('abort', finish, { once: true });
  });
}
