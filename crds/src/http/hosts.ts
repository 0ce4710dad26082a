/** A host that requests may be sent to. */
export type HttpHost = {
  readonly scheme: 'https:' | 'http:';
  /** As URLs write it: lower case, punycode, addresses in their short form, no trailing dot. */
  readonly host: string;
  /** Whether `host` stands for every name below it, and not for itself. */
  readonly below: boolean;
  readonly port: number;
};

/** Where one request goes: a scheme, a host and a port. */
export type HttpTarget = Omit<HttpHost, 'below'>;

const RULE = /^(https?:\/\/)?(\*\.)?([^\s/?#@\\*%]+)$/i;

/**
 * Reads `hooks.example.com`, `*.example.com`, `[fd00::1]:8443` or `http://receiver.tools.svc:8080`. Without a scheme
 * https is meant, without a port the scheme's own. Undefined for what is no host.
 */
export function parseHttpHost(text: string): HttpHost | undefined {
  const [, scheme = 'https://', below, authority] = RULE.exec(text) ?? [];
  const target = authority === undefined ? undefined : httpTarget(`${scheme}${authority}`);
  return target === undefined ? undefined : { ...target, below: below !== undefined };
}

/** Where a URL leads; undefined when it isn't an http(s) URL, or carries a user or a password. */
export function httpTarget(url: string | URL): HttpTarget | undefined {
  const parsed = typeof url === 'string' ? parse(url) : url;
  if (parsed?.username !== '' || parsed.password !== '') return undefined;
  const scheme = parsed.protocol;
  if (scheme !== 'https:' && scheme !== 'http:') return undefined;
  const host = parsed.hostname.replace(/\.$/, '');
  if (host === '') return undefined;
  return { scheme, host, port: parsed.port === '' ? defaultPort(scheme) : Number(parsed.port) };
}

/** The host as `parseHttpHost` reads it. */
export function showHttpTarget({ scheme, host, port }: HttpTarget): string {
  return `${scheme === 'http:' ? 'http://' : ''}${host}${port === defaultPort(scheme) ? '' : `:${port}`}`;
}

/** Whether requests to `target` are allowed by `rule`. */
export function allowsTarget({ scheme, host, below, port }: HttpHost, target: HttpTarget): boolean {
  if (scheme !== target.scheme || port !== target.port) return false;
  return below ? target.host.endsWith(`.${host}`) : target.host === host;
}

function defaultPort(scheme: HttpTarget['scheme']): number {
  return scheme === 'https:' ? 443 : 80;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
