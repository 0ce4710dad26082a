import { type ResolvedStep } from '@streamjob/crds';
import { type Nats } from '@streamjob/nats';
import { type Logger } from '@streamjob/telemetry';
import { type Clock } from '../clock.ts';
import { type HttpClient } from '../http/index.ts';
import { HttpLookup } from './http/http-lookup.ts';
import { KvLookup } from './kv/kv-lookup.ts';
import { type Lookup } from './lookup.ts';

/** A step, as its manifest says. */
export type LookupRequest = Extract<ResolvedStep, { enrich: unknown }>;

export type LookupsDeps = {
  readonly nats: Pick<Nats, 'watchBucket'>;
  readonly http: Pick<HttpClient, 'request'>;
  /** Reads the Authorization header out of a Secret; undefined while it can't be read. */
  readonly authorization: (secretName: string) => () => string | undefined;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
};

/** The lookups of one job. Steps that look into the same place share what is known of it. */
export class Lookups {
  readonly #deps: LookupsDeps;
  readonly #lookups = new Map<string, Lookup>();

  constructor(deps: LookupsDeps) {
    this.#deps = deps;
  }

  /** Begins to learn at once what can be learned before the first key is asked for. */
  add({ enrich }: LookupRequest): Lookup {
    const { format } = enrich;
    const place = JSON.stringify('kv' in enrich ? [format, enrich.kv] : [format, enrich.http]);
    let lookup = this.#lookups.get(place);
    if (lookup === undefined) this.#lookups.set(place, (lookup = this.#open(enrich)));
    return lookup;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lookups.values()].map((lookup) => lookup.close()));
  }

  #open(enrich: LookupRequest['enrich']): Lookup {
    const { nats, http: client, authorization, clock, log } = this.#deps;
    const { format } = enrich;
    if ('kv' in enrich) return new KvLookup({ ...enrich.kv, format }, { nats, clock, log });
    const { credentialsSecretName: secret, headers, ...http } = enrich.http;
    const options = { ...http, headers: Object.entries(headers), format };
    return new HttpLookup(options, {
      client,
      clock,
      ...(secret !== undefined && { authorization: authorization(secret) }),
    });
  }
}
