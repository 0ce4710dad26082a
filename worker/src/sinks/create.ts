import { join } from 'node:path';
import { WORKER_CREDIT_MESSAGES, type ResolvedSink } from '@streamjob/crds';
import type { Publisher } from '@streamjob/nats';
import type { Clock } from '../clock.ts';
import type { HttpClient } from '../http/index.ts';
import { authorizationReader, httpSink } from './http/index.ts';
import { jetStreamSink } from './jetstream.ts';
import type { Sink } from './sink.ts';

export type SinkDeps = {
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly http: Pick<HttpClient, 'request'>;
  /** Directory with a folder for each Secret. */
  readonly secretsDir?: string;
  readonly clock: Pick<Clock, 'monotonicMs'>;
};

/** Slow requests may hold a quarter of what a worker has in hand; what is beyond them waits where it is counted. */
const MOST_ON_THE_WAY = WORKER_CREDIT_MESSAGES / 4;

/** In the manifest's order. */
export function createSinks(specs: readonly ResolvedSink[], deps: SinkDeps): readonly Sink[] {
  return specs.map((spec) => createSink(spec, deps));
}

function createSink(spec: ResolvedSink, { publisher, http, secretsDir = '', clock }: SinkDeps): Sink {
  // A key of a KV bucket is a subject like any other by now.
  if (!('http' in spec)) return jetStreamSink(publisher);
  const { credentialsSecretName } = spec.http;
  return httpSink({
    spec: spec.http,
    client: http,
    ...(credentialsSecretName !== undefined && {
      authorization: authorizationReader(join(secretsDir, credentialsSecretName), clock),
    }),
  });
}

/** How many results may be on their way to the sink at once; undefined where the broker bounds them. */
export function windowOf(spec: ResolvedSink): number | undefined {
  if (!('http' in spec)) return undefined;
  const { concurrency, batch } = spec.http;
  return Math.min(concurrency * (batch?.maxMessages ?? 1), MOST_ON_THE_WAY);
}
