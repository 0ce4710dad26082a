import type { Delivery, Nats } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Entry, Journal } from './journal/index.ts';

/** Who reads a suspect again, and in whose name. */
type SuspectReader = Pick<Nats, 'getMessage' | 'epoch'>;

export type ReadSuspectsOptions = {
  readonly stream: string;
  readonly consumer: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly onMessage: (delivery: Delivery) => void;
};

/** Hands over every message that was in hand when a worker died; what is no longer there is forgotten. */
export async function readSuspects(nats: SuspectReader, journal: Journal, options: ReadSuspectsOptions): Promise<void> {
  const { log, onMessage, signal } = options;
  for (const entry of journal.found) {
    try {
      const delivery = await fetchSuspect(nats, entry, options);
      if (delivery === undefined) journal.forget(entry);
      else onMessage(delivery);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ error, sequence: entry.sequence }, 'could not read a suspect message; it will be delivered again');
    }
  }
}

/**
 * Fetches a message that was in hand when a worker died, as the delivery that it was. Undefined when the stream no longer
 * holds it, or holds another one under its sequence.
 */
async function fetchSuspect(
  nats: SuspectReader,
  entry: Entry,
  { stream, consumer, signal }: Pick<ReadSuspectsOptions, 'stream' | 'consumer' | 'signal'>,
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
