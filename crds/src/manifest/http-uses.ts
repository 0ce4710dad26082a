import { httpTarget, type HttpTarget } from '../http/hosts.ts';
import type { ValidSpec } from '../stream-job.ts';

/** A place in a manifest that sends HTTP requests, and where to. */
export type HttpUse = { readonly path: string; readonly target: HttpTarget };

/** Every host that a job sends requests to. A url whose beginning is no host has none: its own check tells so. */
export function httpUses({ steps = [], sinks }: Pick<ValidSpec, 'steps' | 'sinks'>): readonly HttpUse[] {
  const lookups = steps.flatMap((step, index) =>
    'enrich' in step && 'http' in step.enrich ? use(`spec.steps[${index}].enrich.http.url`, step.enrich.http.url) : [],
  );
  const targets = sinks.flatMap((sink, index) =>
    'http' in sink ? use(`spec.sinks[${index}].http.url`, sink.http.url) : [],
  );
  return [...lookups, ...targets];
}

/** Scheme, host and port stand before any `${…}`. */
function use(path: string, url: string): HttpUse[] {
  const target = httpTarget(url.split('${')[0] ?? '');
  return target === undefined ? [] : [{ path, target }];
}
