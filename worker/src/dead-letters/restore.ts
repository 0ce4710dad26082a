import type { Nats } from '@streamjob/nats';
import type { SourceMessage } from '../pipeline/index.ts';
import { originalHeaders } from './letter.ts';
import type { ReadLetter } from './read-letters.ts';

/**
 * The message as the worker had it when it failed. What the dead letter doesn't carry is read from the source stream;
 * undefined when that no longer holds it, or holds another one at its place.
 */
export async function restore(
  nats: Pick<Nats, 'getMessage'>,
  { letter, headers, payload }: ReadLetter,
  signal: AbortSignal,
): Promise<SourceMessage | undefined> {
  const { source, deliveries, payloadOmitted, headersOmitted } = letter;
  const { subject, sequence, timestamp } = source;
  const message = { subject, sequence, timestamp, deliveries };
  if (!payloadOmitted && !headersOmitted)
    return { ...message, payload, headers: { entries: originalHeaders(headers) } };
  const stored = await nats.getMessage(source.stream, sequence, { signal });
  if (stored === undefined || String(stored.timestampNs) !== timestamp) return undefined;
  return {
    ...message,
    payload: payloadOmitted ? stored.payload : payload,
    headers: headersOmitted ? stored.headers : { entries: originalHeaders(headers) },
  };
}
