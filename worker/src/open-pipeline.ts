import { join } from 'node:path';
import type { Nats, Publisher } from '@streamjob/nats';
import type { Logger } from '@streamjob/telemetry';
import type { Clock } from './clock.ts';
import { ModuleError } from './code/index.ts';
import type { HttpClient } from './http/index.ts';
import { openHttp, type HttpOptions } from './http-options.ts';
import type { Job } from './job.ts';
import { UsageError, type WorkerOptions } from './options.ts';
import type { Pipeline, PipelineOptions } from './pipeline/index.ts';
import { createResources, type Resources } from './resources.ts';
import { createSinks } from './sinks/create.ts';
import { authorizationReader } from './sinks/http/index.ts';
import type { Sink } from './sinks/sink.ts';

export type OpenPipelineDeps = {
  readonly nats: Nats;
  readonly job: Job;
  readonly options: HttpOptions & Pick<WorkerOptions, 'secretsDir'>;
  readonly clock: Clock;
  readonly log: Logger;
};

/** What messages go through, wherever they come from: a compiled pipeline, its sinks, and what both of them need. */
export type OpenPipeline = {
  readonly pipeline: Pipeline;
  /** In the manifest's order. */
  readonly sinks: readonly Sink[];
  readonly publisher: Publisher;
  readonly http: HttpClient;
  /** To be started before the first message. */
  readonly resources: Resources;
};

export function openPipeline(
  { nats, job, options, clock, log }: OpenPipelineDeps,
  source: Pick<PipelineOptions, 'streamCreated' | 'identify'>,
): OpenPipeline {
  const { secretsDir } = options;
  const http = openHttp(options, clock);
  const authorization = (secretName: string): (() => string | undefined) =>
    authorizationReader(join(secretsDir ?? '', secretName), clock);
  const resources = createResources({ nats, http, authorization, clock, log });
  const pipeline = job.compile({ ...source, maxPayloadBytes: nats.server.maxPayload, resources });
  const publisher = nats.publisher();
  const sinks = createSinks(job.manifest.spec.sinks, { publisher, http, clock, ...(secretsDir && { secretsDir }) });
  return { pipeline, sinks, publisher, http, resources };
}

/** Makes ready what the steps need. Throws UsageError when a module can't be loaded. */
export async function startPipeline({ resources }: Pick<OpenPipeline, 'resources'>): Promise<void> {
  try {
    await resources.start();
  } catch (error) {
    throw error instanceof ModuleError ? new UsageError(error.message) : error;
  }
}

export async function closePipeline({ resources, http }: Pick<OpenPipeline, 'resources' | 'http'>): Promise<void> {
  await Promise.all([resources.close(), http.close()]);
}
