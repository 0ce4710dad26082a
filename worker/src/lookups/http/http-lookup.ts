import { type Clock } from '../../clock.ts';
import { type HttpAnswer, type HttpClient } from '../../http/index.ts';
import { AskedLookup, type Asked } from '../asked-lookup.ts';
import { MISSING, unavailable, type Lookup, type LookupAnswer } from '../lookup.ts';
import { readValue, type ValueFormat } from '../read-value.ts';
import { urlWith } from './url.ts';

export type HttpLookupOptions = {
  /** With `${key}` where the key goes. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly format: ValueFormat;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** How long answers are given again: those that were found, and those that weren't. */
  readonly cache: { readonly ttlMs: number; readonly missTtlMs: number; readonly maxEntries: number };
};

export type HttpLookupDeps = {
  readonly client: Pick<HttpClient, 'request'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** The Authorization header; undefined while it can't be read. Absent: none is sent. */
  readonly authorization?: () => string | undefined;
};

/** Of one value; the cache holds `maxEntries` of them. */
const MAX_VALUE_BYTES = 1024 * 1024;

const NO_URL: LookupAnswer = { kind: 'failed', error: 'the key can’t stand in a URL' };
const TOO_LARGE: LookupAnswer = {
  kind: 'failed',
  error: `the value that was looked up exceeds ${MAX_VALUE_BYTES} bytes`,
};

/** These say that nobody may ask, or not now, whatever the key. */
const NOT_THE_KEYS = new Set([401, 403, 408, 429]);
const NOT_FOUND = 404;

/** What an HTTP server answers for a key. */
export class HttpLookup implements Lookup {
  readonly #options: HttpLookupOptions;
  readonly #deps: HttpLookupDeps;
  readonly #asked: AskedLookup;

  constructor(options: HttpLookupOptions, deps: HttpLookupDeps) {
    const { concurrency, cache } = options;
    const { clock } = deps;
    this.#options = options;
    this.#deps = deps;
    this.#asked = new AskedLookup({ ask: (key) => this.#ask(key), concurrency, maxCost: cache.maxEntries, clock });
  }

  get(key: string): LookupAnswer | Promise<LookupAnswer> {
    return this.#asked.get(key);
  }

  close(): Promise<void> {
    this.#asked.close();
    return Promise.resolve();
  }

  async #ask(key: string): Promise<Asked> {
    const { url: template, timeoutMs, format } = this.#options;
    const url = urlWith(template, key);
    if (url === undefined) return this.#kept(NO_URL);
    const headers = this.#headers();
    if (headers === undefined) return this.#kept(unavailable('CredentialsMissing'));
    const request = { method: 'GET', url, headers, deadlineMs: timeoutMs, maxAnswerBytes: MAX_VALUE_BYTES } as const;
    return this.#kept(meaningOf(await this.#deps.client.request(request), format));
  }

  #headers(): HttpLookupOptions['headers'] | undefined {
    const { headers } = this.#options;
    const { authorization } = this.#deps;
    if (authorization === undefined) return headers;
    const credential = authorization();
    return credential === undefined ? undefined : [...headers, ['Authorization', credential]];
  }

  #kept(answer: LookupAnswer): Asked {
    const { ttlMs, missTtlMs } = this.#options.cache;
    if (answer.kind === 'unavailable') return { answer, keepMs: 0, cost: 1 };
    return { answer, keepMs: answer.kind === 'found' ? ttlMs : missTtlMs, cost: 1 };
  }
}

/** What the server's word means for the key. */
export function meaningOf(answer: HttpAnswer, format: ValueFormat): LookupAnswer {
  switch (answer.kind) {
    case 'answered':
      return meaningOfStatus(answer, format);
    case 'too-large':
      return answer.status < 300 ? TOO_LARGE : meaningOfStatus({ ...answer, body: new Uint8Array() }, format);
    case 'unreachable':
      return unavailable(answer.code);
    case 'timeout':
      return unavailable('Timeout');
    case 'forbidden':
      return unavailable(`HostNotAllowed ${answer.host}`);
  }
}

type Answered = Omit<Extract<HttpAnswer, { kind: 'answered' }>, 'kind'>;

function meaningOfStatus({ status, body, retryAfterMs }: Answered, format: ValueFormat): LookupAnswer {
  if (status >= 200 && status < 300) return readValue(body, format);
  if (status === NOT_FOUND) return MISSING;
  if (status >= 400 && status < 500 && !NOT_THE_KEYS.has(status))
    return { kind: 'failed', error: `the server refuses the key (HTTP ${status})` };
  return unavailable(`HTTP ${status}`, retryAfterMs);
}
