import { type MessageHeaders } from '../messages/headers.ts';
import { type BucketEntry } from './contract.ts';

/** What one message of a bucket says of its key. */
export type Change =
  { readonly kind: 'entry'; readonly entry: BucketEntry } | { readonly kind: 'deleted'; readonly key: string };

export type BucketMessage = {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MessageHeaders;
  readonly sequence: number;
  readonly storedMs: number;
};

const OPERATION = 'KV-Operation';
/** The server's own marker, where a value expired or was removed by a limit. */
const MARKER = 'Nats-Marker-Reason';
const TTL = 'Nats-TTL';

/** `prefix` is what the subjects of the bucket's keys begin with, `maxAgeMs` how long all values live (0: for ever). */
export function changeOf(message: BucketMessage, prefix: string, maxAgeMs: number): Change {
  const { subject, payload, headers, sequence, storedMs } = message;
  const key = subject.slice(prefix.length);
  if (headers.entries.length > 0 && isDeletion(headers)) return { kind: 'deleted', key };
  const livesMs = Math.min(maxAgeMs > 0 ? maxAgeMs : Infinity, ttlMs(headers.get(TTL)) ?? Infinity);
  const entry = { key, value: payload, revision: sequence, storedMs };
  return { kind: 'entry', entry: livesMs === Infinity ? entry : { ...entry, livesMs } };
}

function isDeletion(headers: MessageHeaders): boolean {
  const operation = headers.get(OPERATION);
  return operation === 'DEL' || operation === 'PURGE' || headers.get(MARKER) !== undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Seconds, or a duration as Go writes it; undefined for `never` and for what is neither. */
function ttlMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    ms += Number(amount) * (UNITS_MS[unit] ?? 0);
  return ms;
}
