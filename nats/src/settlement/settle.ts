import { type Session } from '../connection/session.ts';
import { millisecondsToNs } from '../messages/time.ts';

/** `nak` gives the message back, after `delayMs` when given; `working` restarts its ack wait; `term` ends it unprocessed. */
export type Settlement = {
  readonly reply: string;
  /** The delivery's. */
  readonly epoch: number;
  readonly as: 'ack' | 'nak' | 'working' | 'term';
  readonly delayMs?: number;
};

const encoder = new TextEncoder();
const WORDS = {
  ack: encoder.encode('+ACK'),
  nak: encoder.encode('-NAK'),
  working: encoder.encode('+WPI'),
  term: encoder.encode('+TERM'),
} as const;

export type Settler = { settle(items: readonly Settlement[]): boolean; forgetBefore(epoch: number): void };

/** The library gathers what is published in one turn into one write, but it would also keep it over a break: so we don't write then. */
export function createSettler(session: Session): Settler {
  let oldest = 0;
  return {
    settle: (items) => {
      if (!session.connected) return false;
      for (const item of items) {
        if (item.epoch >= oldest) session.nc.publish(item.reply, wordOf(item));
      }
      return true;
    },
    forgetBefore: (epoch) => {
      oldest = Math.max(oldest, epoch);
    },
  };
}

function wordOf({ as, delayMs }: Settlement): Uint8Array {
  if (as !== 'nak' || delayMs === undefined || delayMs <= 0) return WORDS[as];
  return encoder.encode(`-NAK {"delay": ${millisecondsToNs(delayMs)}}`);
}
