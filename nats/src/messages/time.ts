const NS_PER_MS = 1_000_000n;

/** Nanoseconds since 1970 of an RFC 3339 time with up to nine decimals; undefined when it isn't one. */
export function nanosecondsOf(time: string): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1] ?? ''}${match[3] ?? ''}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * NS_PER_MS + BigInt((match[2] ?? '').padEnd(9, '0'));
}

export const millisecondsToNs = (ms: number): number => Math.round(ms * 1e6);
export const nsToMilliseconds = (ns: number): number => ns / 1e6;
