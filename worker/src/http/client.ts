import { allowsTarget, httpTarget, parseHttpHost, type HttpHost, type HttpTarget } from '@streamjob/crds';
import type { Agent } from 'undici';
import type { Clock } from '../clock.ts';
import { guardedConnector, type ConnectorOptions } from './connector.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './contract.ts';
import { Exchange } from './exchange.ts';
import { isLocalAddress } from './local-addresses.ts';

export type HttpClientOptions = ConnectorOptions & {
  /** Hosts that requests may go to, as `parseHttpHost` reads them. */
  readonly hosts: readonly string[];
  readonly clock: Pick<Clock, 'wallMs'>;
};

const KEEP_ALIVE_MS = 30_000;
const USER_AGENT = 'streamjob-worker';

/** Opens nothing and loads nothing before the first request. Throws for a host that `parseHttpHost` can't read. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new AllowListedClient(options);
}

class AllowListedClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #hosts: readonly HttpHost[];
  #agent: Promise<Agent> | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#hosts = options.hosts.map((text) => {
      const host = parseHttpHost(text);
      if (host === undefined) throw new Error(`not a host: ${text}`);
      return host;
    });
  }

  async request(request: HttpRequest): Promise<HttpAnswer> {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
    const target = url === undefined ? undefined : httpTarget(url);
    if (url === undefined || target === undefined || !this.#allows(target)) {
      return { kind: 'forbidden', host: target?.host ?? url?.hostname ?? '' };
    }
    this.#agent ??= openAgent(this.#options);
    return dispatch(await this.#agent, url, target, request, () => this.#options.clock.wallMs());
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }

  #allows(target: HttpTarget): boolean {
    if (!this.#hosts.some((host) => allowsTarget(host, target))) return false;
    return this.#options.allowLocal || !isLocalAddress(target.host);
  }
}

/** Loading the library costs a start some tenths of a second, which a job without HTTP doesn't pay. */
async function openAgent(options: ConnectorOptions): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici');
  return new Agent({
    connect: guardedConnector(buildConnector, options),
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // The deadline of each request covers these.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function dispatch(
  agent: Agent,
  url: URL,
  { scheme, host, port }: HttpTarget,
  request: HttpRequest,
  wallMs: () => number,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const exchange = new Exchange(request, host, wallMs, resolve);
    const origin = `${scheme}//${host}:${port}`;
    const { method, body } = request;
    try {
      agent.dispatch(
        { origin, path: `${url.pathname}${url.search}`, method, headers: headersOf(request), body: body ?? null },
        exchange,
      );
    } catch (error) {
      exchange.failed(error);
    }
  });
}

/** The library writes Latin-1, so each byte of the UTF-8 goes in as a character of its own. */
function headersOf({ headers }: HttpRequest): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, Buffer.from(value).toString('latin1'));
  if (!headers.some(([name]) => name.toLowerCase() === 'user-agent')) flat.push('user-agent', USER_AGENT);
  return flat;
}
