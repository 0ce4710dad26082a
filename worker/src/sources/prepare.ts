import { setTimeout as delay } from 'node:timers/promises';
import { consumerMetadata, type ConsumerConfig, type Nats } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Clock } from '../clock.ts';
import { CREDIT } from '../credit.ts';
import { backoffMs } from '../delivery/backoff.ts';
import type { Job } from '../job.ts';
import type { WorkerOptions } from '../options.ts';
import type { RegressionWatch } from './regression.ts';
import { troubleOf, type SourceState } from './state.ts';

export type PrepareContext = {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly watch: RegressionWatch;
  readonly onState: (state: SourceState) => void;
};

type PrepareOptions = Pick<WorkerOptions, 'consumer' | 'clusterId'>;

const RETRY = { initialMs: 500, maxMs: 5_000 };
/** Workers of one job that a shell may start on its own consumer. */
const MOST_SHELL_WORKERS = 4;

/**
 * Waits until the source stream and the consumer are there and are the ones that they should be, and says meanwhile what
 * is missing. Answers when the stream was created. Throws the signal's reason.
 */
export async function prepareSource(
  nats: Pick<Nats, 'streamInfo' | 'consumerInfo' | 'ensureConsumer'>,
  job: Job,
  options: PrepareOptions,
  context: PrepareContext,
): Promise<string> {
  const { signal, clock, log, watch, onState } = context;
  const sinceMs = clock.monotonicMs();
  const { stream } = job.manifest.spec.source.jetstream;
  for (let failures = 1; ; failures += 1) {
    try {
      const info = await nats.streamInfo(stream, { signal });
      const regression = watch.observeStream(info);
      if (regression !== undefined) return await stopped(regression, context);
      await findConsumer(nats, job, options, signal);
      return info.created;
    } catch (error) {
      signal.throwIfAborted();
      const trouble = troubleOf(error);
      onState({ kind: 'waiting', sinceMs, ...trouble });
      log.warn(
        { ...trouble, cause: error instanceof Error ? error.message : '' },
        'the source is not there; trying again',
      );
      await delay(backoffMs(RETRY, failures), undefined, { signal });
    }
  }
}

async function findConsumer(
  nats: Pick<Nats, 'consumerInfo' | 'ensureConsumer'>,
  job: Job,
  options: PrepareOptions,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = job.manifest.spec.source.jetstream;
  if (options.consumer === undefined)
    await nats.ensureConsumer(stream, ownConsumer(job, options.clusterId), { signal });
  else await nats.consumerInfo(stream, options.consumer, { signal });
}

function ownConsumer({ manifest, uid, consumer }: Job, clusterId: string): ConsumerConfig {
  const { subjects, startFrom, ackWaitMs } = manifest.spec.source.jetstream;
  return {
    name: consumer,
    subjects,
    startFrom: startFrom as ConsumerConfig['startFrom'],
    ackWaitMs,
    maxAckPending: MOST_SHELL_WORKERS * CREDIT.messages * 1.25,
    metadata: consumerMetadata({ clusterId, ...manifest.metadata, uid }),
  };
}

/** Says so until somebody stops the worker: only a person can tell which stream is the right one. */
async function stopped(message: string, { signal, log, onState }: PrepareContext): Promise<never> {
  onState({ kind: 'stopped', reason: 'SourceRegressed', message });
  log.error({ reason: 'SourceRegressed', message }, 'not pulling');
  for (;;) await delay(60_000, undefined, { signal });
}
