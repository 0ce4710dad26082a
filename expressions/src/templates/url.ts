import { fail } from '../evaluation-error.ts';
import { Refusal } from '../problem.ts';
import { type TemplatePart } from './split.ts';

const MAX_LENGTH = 8192;

/** Scheme, host and port, and what ends them. */
const ORIGIN = /^https?:\/\/[^/?#\s\\@]+([/?]|$)/i;
/** Everything that a URL can hold as it is, but `#`: what follows it is never sent. */
const FOREIGN = /[^A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
/** `.` and `..`, which lead to other places than the author wrote. */
const DOT_SEGMENT = /(^|\/)(\.|%2e){1,2}(?=\/|$)/i;

/**
 * A text as one component of a URL, as encodeURIComponent writes it. Throws an EvaluationError for half a surrogate
 * pair, and for nothing where a path needs something: `/orders/` is another place than `/orders/17`.
 */
export function escapeComponent(text: string, inQuery: boolean): string {
  if (text === '' && !inQuery) return fail('a value for the path of the URL is empty');
  return text.isWellFormed() ? encodeURIComponent(text) : fail('a value for the URL holds half a character');
}

/** Throws an EvaluationError for what is too long or leads elsewhere. */
export function checkUrl(url: string): string {
  if (url.length > MAX_LENGTH) return fail(`the URL is longer than ${MAX_LENGTH} characters`);
  return hasDotSegment(url) ? fail('a value for the path of the URL is . or ..') : url;
}

/** Refuses what is no URL whatever the values, or would let a payload choose the host. Throws a Refusal. */
export function checkUrlTemplate(parts: readonly TemplatePart[]): void {
  const [first] = parts;
  const hint = 'write it like https://api.example.com/orders/${event.id}';
  if (first?.kind !== 'literal') throw new Refusal('the scheme and the host of the URL must be fixed', 0, hint);
  const origin = ORIGIN.exec(first.text)?.[0];
  const isWhole = origin !== undefined && (parts.length === 1 || /[/?]$/.test(origin));
  if (!isWhole) throw new Refusal('the URL must begin with a fixed http(s)://host/, without a user', first.at, hint);
  if (!URL.canParse(origin)) throw new Refusal('the host of the URL is none', first.at);
  for (const part of parts) if (part.kind === 'literal') checkLiteral(part);
  if (hasDotSegment(first.text)) throw new Refusal('the path of the URL holds . or ..', first.at);
}

/** Whether the value of the part at `index` stands in the query. */
export function isInQuery(parts: readonly TemplatePart[], index: number): boolean {
  return parts.slice(0, index).some((part) => part.kind === 'literal' && part.text.includes('?'));
}

function checkLiteral({ text, at }: Extract<TemplatePart, { kind: 'literal' }>): void {
  const bad = FOREIGN.exec(text) ?? BAD_ESCAPE.exec(text);
  if (bad !== null) throw new Refusal('a URL can’t hold this character as it is', at + bad.index, 'percent-encode it');
}

function hasDotSegment(url: string): boolean {
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return DOT_SEGMENT.test(path);
}
