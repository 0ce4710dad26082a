import { type Subscription } from '@nats-io/transport-node';
import { type Session } from '../connection/session.ts';

const QUIET_MS = 25;
const LONGEST_MS = 1_000;

type Counts = { readonly received: () => number; readonly asked: () => number };

/**
 * Ends the subscriptions once nothing comes any more. An ask can't be taken back: what the server is just handing out
 * would find nobody when the inbox is gone at once, and wait there until ackWait.
 */
export async function drainSubscriptions(
  session: Session,
  open: readonly Subscription[],
  counts: Counts,
): Promise<void> {
  session.outbox.flush();
  const deadlineMs = session.now() + LONGEST_MS;
  while (session.connected && counts.asked() > 0 && session.now() < deadlineMs) {
    const before = counts.received();
    await pause(QUIET_MS);
    if (counts.received() === before) break;
  }
  await Promise.all(open.map((subscription) => endSubscription(session, subscription)));
}

async function endSubscription(session: Session, subscription: Subscription): Promise<void> {
  if (!session.connected || subscription.isClosed()) {
    subscription.unsubscribe();
    return;
  }
  // Waits for the server's word that it has sent all; a break in between ends it too.
  await subscription.drain().catch(() => undefined);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
