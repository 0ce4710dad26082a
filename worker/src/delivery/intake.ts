import { chooseGroup } from './groups.ts';
import type { InHand } from './in-hand.ts';

export type Work =
  /** First deliveries, as many as came. */
  | { readonly kind: 'batch'; readonly messages: readonly InHand[] }
  /** Redelivered messages that are in hand together and with nothing else. */
  | { readonly kind: 'group'; readonly messages: readonly InHand[] };

const BATCH_MESSAGES = 500;
/** A batch blocks the event loop, so large messages close it early. */
const BATCH_BYTES = 1024 * 1024;

/** Orders what was received and not begun: first deliveries run in batches, redelivered ones carefully. */
export class Intake {
  #fresh: InHand[] = [];
  #redelivered: InHand[] = [];

  add(message: InHand): void {
    if (message.deliveries === 1 && !message.suspect) this.#fresh.push(message);
    else this.#redelivered.push(message);
  }

  /** Whether redelivered messages wait. */
  get careful(): boolean {
    return this.#redelivered.length > 0;
  }

  get size(): number {
    return this.#fresh.length + this.#redelivered.length;
  }

  /** What to begin now. Nothing is handed out beside a group, and no group beside anything that is `busy`. */
  next(busy: { readonly messages: number; readonly group: boolean }): Work | undefined {
    if (busy.group && busy.messages > 0) return undefined;
    if (this.#redelivered.length === 0) return this.#nextBatch();
    return busy.messages > 0 ? undefined : this.#nextGroup();
  }

  clear(): void {
    this.#fresh = [];
    this.#redelivered = [];
  }

  #nextBatch(): Work | undefined {
    if (this.#fresh.length === 0) return undefined;
    const messages = this.#fresh;
    const count = batchSize(messages);
    this.#fresh = count === messages.length ? [] : messages.splice(count);
    return { kind: 'batch', messages };
  }

  #nextGroup(): Work | undefined {
    const waiting = this.#redelivered.filter((message) => !message.gone);
    const chosen = new Set(chooseGroup(waiting));
    this.#redelivered = waiting.filter((_message, index) => !chosen.has(index));
    const messages = waiting.filter((_message, index) => chosen.has(index));
    return messages.length === 0 ? this.#nextBatch() : { kind: 'group', messages };
  }
}

function batchSize(messages: readonly InHand[]): number {
  const most = Math.min(messages.length, BATCH_MESSAGES);
  let bytes = 0;
  for (let count = 0; count < most; count += 1) {
    bytes += messages[count]?.bytes ?? 0;
    if (bytes >= BATCH_BYTES) return count + 1;
  }
  return most;
}
