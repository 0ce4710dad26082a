import type { Nats } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Clock } from './clock.ts';
import { CREDIT } from './credit.ts';
import { buildDeadLetter, type DeadLetterOrigin } from './delivery/dead-letters.ts';
import { Destinations } from './delivery/destinations.ts';
import { Loop } from './delivery/loop.ts';
import type { Counts } from './health/counts.ts';
import type { Job } from './job.ts';
import type { Journal } from './journal/index.ts';
import type { WorkerOptions } from './options.ts';
import type { Pipeline } from './pipeline/index.ts';
import type { HttpOptions } from './http-options.ts';
import { openPipeline, type OpenPipeline } from './open-pipeline.ts';
import { windowOf } from './sinks/create.ts';
import { deadLetterSink } from './sinks/jetstream.ts';
import { JetStreamSource } from './sources/jetstream.ts';
import type { RegressionWatch } from './sources/regression.ts';

export type StationDeps = {
  readonly nats: Nats;
  readonly job: Job;
  readonly options: HttpOptions & Pick<WorkerOptions, 'deadLetterStream' | 'deadLetterSubject' | 'secretsDir'>;
  readonly journal: Journal;
  readonly watch: RegressionWatch;
  readonly counts: Counts;
  /** RFC 3339, of the source stream. */
  readonly streamCreated: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/** One pipeline with its source and its destinations, wired and not started. */
export type Station = OpenPipeline & {
  readonly source: JetStreamSource;
  readonly loop: Loop;
  readonly destinations: Destinations;
};

/** Beyond it the server, or the way to it, doesn't keep up: results would only wait in memory. */
const MOST_PENDING_BYTES = 4 * 2 ** 20;

export function assemble(deps: StationDeps): Station {
  const { nats, job, counts, clock, journal } = deps;
  const open = openPipeline(deps, { streamCreated: deps.streamCreated });
  const { pipeline, sinks, publisher } = open;
  const destinations = createDestinations(job, deps.options);
  const source = createSource(deps, {
    onMessage: (delivery) => {
      loop.receive(delivery);
    },
    onRoom: () => {
      loop.schedule();
    },
  });
  const loop = new Loop({
    pipeline,
    sinks: [...sinks, deadLetterSink(publisher)],
    destinations,
    journal,
    clock,
    counts,
    credit: CREDIT,
    ackWaitMs: job.manifest.spec.source.jetstream.ackWaitMs,
    settle: (items) => nats.settle(items),
    request: (messages, bytes) => {
      source.request(messages, bytes);
    },
    asked: () => source.asked,
    askedBytes: () => source.askedBytes,
    congested: () => nats.pendingBytes > MOST_PENDING_BYTES,
    onStandstill: () => {
      source.renew();
    },
    buildDeadLetter: deadLetterBuilder(deps, pipeline),
  });
  return { ...open, source, loop, destinations };
}

type SourceEvents = Pick<ConstructorParameters<typeof JetStreamSource>[0], 'onMessage' | 'onRoom'>;

function createSource({ nats, job, watch, clock, log, signal }: StationDeps, events: SourceEvents): JetStreamSource {
  const { stream } = job.manifest.spec.source.jetstream;
  return new JetStreamSource({ nats, stream, consumer: job.consumer, watch, clock, log, signal, ...events });
}

export function createDestinations(
  { manifest }: Pick<Job, 'manifest'>,
  { deadLetterStream }: Pick<WorkerOptions, 'deadLetterStream'>,
): Destinations {
  const { sinks, deadLetter } = manifest.spec;
  const closed = deadLetter.enabled ? ('NotConfigured' as const) : ('Disabled' as const);
  const open = deadLetter.enabled && deadLetterStream !== undefined;
  return new Destinations(
    sinks.map((sink) => {
      const { maxAttempts, initialBackoffMs: initialMs, maxBackoffMs: maxMs } = sink.retry;
      const window = windowOf(sink);
      return { name: sink.name, retry: { maxAttempts, initialMs, maxMs }, ...(window !== undefined && { window }) };
    }),
    open ? undefined : closed,
  );
}

function deadLetterBuilder(
  { nats, job, options, streamCreated }: StationDeps,
  pipeline: Pipeline,
): ConstructorParameters<typeof Loop>[0]['buildDeadLetter'] {
  const { namespace, name } = job.manifest.metadata;
  const origin: DeadLetterOrigin = {
    namespace,
    job: name,
    uid: job.uid,
    revision: job.revision,
    streamCreated,
    sinks: new Set(pipeline.sinks.map((sink) => sink.name)),
    identify: (message) => pipeline.identify(message),
  };
  return (message, failure, byReference) =>
    buildDeadLetter(message, failure, origin, {
      stream: options.deadLetterStream,
      subjectPrefix: options.deadLetterSubject,
      maxPayload: nats.server.maxPayload,
      byReference,
    });
}
