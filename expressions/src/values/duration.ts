import { Boxed } from './kind.ts';

export const NANOS_PER_SECOND = 1_000_000_000n;
const MAX_SECONDS = 315_576_000_000n;
const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: NANOS_PER_SECOND,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  ns: 1n,
};

/** A span of time in nanoseconds, at most about 10,000 years either way. */
export class Duration extends Boxed {
  readonly $kind = 'duration';
  readonly $nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.$nanos = nanos;
  }
}

export function isDurationInRange(nanos: bigint): boolean {
  const limit = MAX_SECONDS * NANOS_PER_SECOND;
  return nanos <= limit && nanos >= -limit;
}

/** Reads Go's form ("1h30m", "-1.5s", "250ms"); undefined when it is not one or out of range. */
export function parseDuration(text: string): Duration | undefined {
  if (text.length > 64 || !/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|h|m|s))+)$/.test(text)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)\.?(\d*)(ns|us|µs|ms|h|m|s)/g)) {
    const scale = UNIT_NANOS[unit] ?? 0n;
    nanos += BigInt(whole || '0') * scale;
    if (fraction !== '') nanos += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  if (text.startsWith('-')) nanos = -nanos;
  return isDurationInRange(nanos) ? new Duration(nanos) : undefined;
}

/** Seconds with as many decimals as it takes: "3.5s". */
export function formatDuration({ $nanos: nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = formatFraction(size % NANOS_PER_SECOND);
  return `${nanos < 0n ? '-' : ''}${String(size / NANOS_PER_SECOND)}${fraction}s`;
}

/** Nanoseconds below a second as ".5"; nothing when zero. */
export function formatFraction(nanos: bigint): string {
  return nanos === 0n ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}
