/** How much of the source one worker holds at most, in messages and in bytes of their payloads. */
export type Credit = { readonly messages: number; readonly bytes: number };

export type Occupancy = {
  /** Messages that were received and not yet settled. */
  readonly inHand: number;
  readonly inHandBytes: number;
  /** Messages that were asked for and have not come. */
  readonly asked: number;
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

const CAREFUL_MESSAGES = 64;

/**
 * How much to ask the source for now; zero messages mean: nothing. Asking in quarters of the credit keeps the requests
 * few. A sink in an outage gets no more than half of the credit; beyond that, one fresh message is asked for per probe.
 */
export function allowance(credit: Credit, now: Occupancy): Ask {
  const bytes = credit.bytes - now.inHandBytes;
  const messages = credit.messages - now.inHand - now.asked;
  if (messages <= 0 || bytes <= 0) return { messages: 0, bytes: 0 };
  if (now.careful) {
    const few = Math.min(messages, CAREFUL_MESSAGES - now.inHand + now.held - now.asked);
    return few > 0 ? { messages: few, bytes } : { messages: 0, bytes: 0 };
  }
  if (now.outage || isHalf(now.held, credit.messages) || isHalf(now.heldBytes, credit.bytes)) {
    const underHalf = isHalf(now.heldBytes, credit.bytes) ? 0 : Math.floor(credit.messages / 2) - now.held - now.asked;
    return { messages: Math.min(messages, Math.max(underHalf, now.fresh - now.asked, 0)), bytes };
  }
  return now.asked === 0 || messages * 4 >= credit.messages ? { messages, bytes } : { messages: 0, bytes: 0 };
}

function isHalf(held: number, credit: number): boolean {
  return held * 2 >= credit;
}
