/** Bytes that a group of redelivered messages holds at most, unless one message alone is larger. */
export const MAX_GROUP_BYTES = 1024 * 1024;

/** What the choice of a group reads of a message that waits for the careful path. */
export type Waiting = { readonly deliveries: number; readonly bytes: number; readonly suspect: boolean };

/** How many messages that came so often may be in hand together; a suspect is in hand alone. */
export function groupSize({ deliveries, suspect }: Pick<Waiting, 'deliveries' | 'suspect'>): number {
  if (suspect) return 1;
  if (deliveries <= 2) return 64;
  if (deliveries === 3) return 16;
  return deliveries === 4 ? 4 : 1;
}

/**
 * Chooses the next group out of what waits, as indexes in ascending order. Suspects come first, so that what was in hand
 * when the worker died is settled before anything new; then those with the fewest deliveries, who are the likeliest
 * innocents. Never empty unless nothing waits.
 */
export function chooseGroup(waiting: readonly Waiting[]): number[] {
  const largest = Math.max(...waiting.map(groupSize));
  const size = waiting.some((message) => message.suspect) ? 1 : largest;
  const chosen: number[] = [];
  let bytes = 0;
  for (const [index, message] of waiting.entries()) {
    if (chosen.length === size) break;
    if (groupSize(message) !== size) continue;
    if (size === 1 && message.suspect !== waiting.some((other) => other.suspect)) continue;
    if (chosen.length > 0 && bytes + message.bytes > MAX_GROUP_BYTES) break;
    chosen.push(index);
    bytes += message.bytes;
  }
  return chosen;
}
