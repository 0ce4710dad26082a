const LONGEST_MS = 20_000;

/** Asks again and again until the answer is truthy, and returns it; throws with `what` when it never is. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  longestMs = LONGEST_MS,
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + longestMs;
  for (;;) {
    const answer = await look();
    if (answer) return answer;
    if (performance.now() > deadlineMs) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
