import { type Logger } from '@streamjob/telemetry';
import { type ConnectionConfig } from '../../config/schema.ts';
import { createBackoff } from '../../runtime/backoff/backoff.ts';
import { sleep, type Clock } from '../../runtime/clock/clock.ts';
import { isAborted } from '../../runtime/signal/signal.ts';
import { type Connections } from './connections.ts';

/** A stream that somebody deleted is back after this long. */
const CHECK_INTERVAL_MS = 300_000;

/** Keeps each connection's dead-letter stream in place, where the configuration says to create it. Never rejects. */
export async function keepDeadLetters(
  connections: Connections,
  configs: readonly ConnectionConfig[],
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(configs.map((config) => keepOne(connections, config, clock, log, signal)));
}

async function keepOne(
  connections: Connections,
  { name, deadLetter }: ConnectionConfig,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (deadLetter?.create !== true) return;
  const { stream, subjectPrefix, maxAge, maxBytes, replicas } = deadLetter;
  const desired = { name: stream, subjects: [`${subjectPrefix}.>`], maxAgeMs: maxAge, maxBytes, replicas };
  const backoff = createBackoff({ initialMs: 2_000, maxMs: 60_000 });
  while (!signal.aborted) {
    try {
      const nats = await connections.use(name);
      const result = await nats.ensureStream(desired, { signal, timeoutMs: 4_000 });
      if (result !== 'exists') log.info({ connection: name, stream, result }, 'made sure of the dead-letter stream');
      backoff.reset();
      await sleep(clock, CHECK_INTERVAL_MS, signal);
    } catch (error) {
      if (isAborted(signal)) return;
      log.warn({ error, connection: name, stream }, 'the dead-letter stream could not be made sure of');
      await sleep(clock, backoff.next(), signal);
    }
  }
}
