import type { Delivery, Nats } from '@streamjob/nats';
import type { Entry } from './journal/index.ts';

/** Who reads a suspect again, and in whose name. */
export type SuspectReader = Pick<Nats, 'getMessage' | 'epoch'>;

/**
 * Fetches a message that was in hand when a worker died, as the delivery that it was. Undefined when the stream no longer
 * holds it, or holds another one under its sequence.
 */
export async function fetchSuspect(
  nats: SuspectReader,
  entry: Entry,
  { stream, consumer, signal }: { readonly stream: string; readonly consumer: string; readonly signal: AbortSignal },
): Promise<Delivery | undefined> {
  const { epoch } = nats;
  const stored = await nats.getMessage(stream, entry.sequence, { signal });
  if (stored === undefined || String(stored.timestampNs) !== entry.timestamp) return undefined;
  return {
    subject: stored.subject,
    payload: stored.payload,
    headers: stored.headers,
    stream,
    consumer,
    sequence: entry.sequence,
    consumerSequence: 0,
    timestamp: entry.timestamp,
    timestampNs: stored.timestampNs,
    deliveries: 2,
    pending: 0,
    reply: entry.reply,
    epoch,
  };
}
