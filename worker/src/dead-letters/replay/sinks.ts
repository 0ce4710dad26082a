import type { Publication } from '@streamjob/nats';
import type { Sink } from '../../sinks/sink.ts';
import type { Tally } from './report.ts';

/** Stands for a failure that needs no new dead letter: the old one stays. */
export const STAYS: Publication = { subject: '', payload: new Uint8Array(0) };

/** Counts what a sink confirms. */
export function counted(sink: Sink, name: string, tally: Tally): Sink {
  return {
    publish: (batch, onVerdict) => {
      sink.publish(batch, (index, verdict) => {
        if (verdict.kind === 'stored') tally.confirmed(name, verdict.duplicate);
        onVerdict(index, verdict);
      });
    },
  };
}

/**
 * Takes dead letters, but for those that stay: writing one of them again would be refused, because its subject holds it
 * already, and that counts as stored.
 */
export function staying(sink: Sink): Sink {
  return {
    publish: (batch, onVerdict) => {
      for (const [index, publication] of batch.entries()) {
        if (publication === STAYS)
          queueMicrotask(() => {
            onVerdict(index, { kind: 'stored', duplicate: false });
          });
        else
          sink.publish([publication], (_index, verdict) => {
            onVerdict(index, verdict);
          });
      }
    },
  };
}
