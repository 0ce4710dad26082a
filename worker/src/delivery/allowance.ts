/** How much of the source one worker holds at most, in messages and in bytes of their payloads. */
export type Credit = { readonly messages: number; readonly bytes: number };

export type Occupancy = {
  /** Messages that were received and not yet settled. */
  readonly inHand: number;
  readonly inHandBytes: number;
  /** Messages that were asked for and have not come. */
  readonly asked: number;
  /** Bytes that may still come for that. */
  readonly askedBytes: number;
  /** The most messages that wait for one and the same sink to take them. */
  readonly held: number;
  readonly heldBytes: number;
  /** Whether a sink takes nothing: then what is asked for may all have to wait for it. */
  readonly outage: boolean;
  /** Fresh messages allowed beyond the half that a sink may hold: one for each probe that was answered. */
  readonly fresh: number;
  /** Whether redelivered messages are being run in small groups. */
  readonly careful: boolean;
};

export type Ask = { readonly messages: number; readonly bytes: number };

const NOTHING: Ask = { messages: 0, bytes: 0 };

const CAREFUL_MESSAGES = 64;
/** No ask may bring more than such a part of the bytes, so that others can be out beside it. */
const MOST_OF_BYTES = 1 / 4;
/** Beside other asks, one for fewer bytes than such a part isn't worth it: the server ends it at once. */
const LEAST_OF_BYTES = 1 / 16;

/**
 * How much to ask the source for now; zero messages mean: nothing. Asking in quarters of the credit keeps the requests
 * few. A sink in an outage gets no more than half of the credit; beyond that, one fresh message is asked for per probe.
 */
export function allowance(credit: Credit, now: Occupancy): Ask {
  const freeBytes = credit.bytes - now.inHandBytes - now.askedBytes;
  const messages = credit.messages - now.inHand - now.asked;
  if (messages <= 0 || freeBytes <= 0) return NOTHING;
  if (now.asked > 0 && freeBytes < credit.bytes * LEAST_OF_BYTES) return NOTHING;
  const bytes = Math.min(freeBytes, Math.ceil(credit.bytes * MOST_OF_BYTES));
  if (now.careful) {
    const few = Math.min(messages, CAREFUL_MESSAGES - now.inHand + now.held - now.asked);
    return few > 0 ? { messages: few, bytes } : NOTHING;
  }
  if (now.outage || isHalf(now.held, credit.messages) || isHalf(now.heldBytes, credit.bytes)) {
    const underHalf = isHalf(now.heldBytes, credit.bytes) ? 0 : Math.floor(credit.messages / 2) - now.held - now.asked;
    return { messages: Math.min(messages, Math.max(underHalf, now.fresh - now.asked, 0)), bytes };
  }
  return now.asked === 0 || messages * 4 >= credit.messages ? { messages, bytes } : NOTHING;
}

function isHalf(held: number, credit: number): boolean {
  return held * 2 >= credit;
}
