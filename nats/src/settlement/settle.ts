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

const WORDS = { ack: '+ACK', nak: '-NAK', working: '+WPI', term: '+TERM' } as const;

export type Settler = { settle(items: readonly Settlement[]): boolean; forgetBefore(epoch: number): void };

/** Without a connection nothing is written: the library would keep it for the next one. */
export function createSettler(session: Session): Settler {
  let oldest = 0;
  return {
    settle: (items) => {
      if (!session.connected) return false;
      for (const item of items) {
        if (item.epoch >= oldest) session.outbox.send(item.reply, wordOf(item));
      }
      return true;
    },
    forgetBefore: (epoch) => {
      oldest = Math.max(oldest, epoch);
    },
  };
}

function wordOf({ as, delayMs }: Settlement): string {
  if (as !== 'nak' || delayMs === undefined || delayMs <= 0) return WORDS[as];
  return `-NAK {"delay": ${millisecondsToNs(delayMs)}}`;
}
