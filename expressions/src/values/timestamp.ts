import { formatFraction, NANOS_PER_SECOND } from './duration.ts';
import { Boxed } from './kind.ts';

const MIN_NANOS = -62_135_596_800n * NANOS_PER_SECOND;
const MAX_NANOS = 253_402_300_799n * NANOS_PER_SECOND + 999_999_999n;
const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** A point in time in nanoseconds since 1970, in the years 1 to 9999. */
export class Timestamp extends Boxed {
  readonly $kind = 'timestamp';
  readonly $nanos: bigint;

  constructor(nanos: bigint) {
    super();
    this.$nanos = nanos;
  }
}

export function isTimestampInRange(nanos: bigint): boolean {
  return nanos >= MIN_NANOS && nanos <= MAX_NANOS;
}

export function timestampFromMs(ms: number): Timestamp {
  return new Timestamp(BigInt(Math.round(ms)) * 1_000_000n);
}

/** Reads RFC 3339 ("2026-01-31T12:00:00.5Z", "…+02:00"); undefined when it is not one, no such day, or out of range. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  // Date.UTC and setUTCFullYear differ below the year 100: only the latter takes it as written.
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60);
  const seconds = date.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  const nanos = BigInt(seconds) * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
  return isTimestampInRange(nanos) ? new Timestamp(nanos) : undefined;
}

/** RFC 3339 in UTC with as many decimals as it takes. */
export function formatTimestamp({ $nanos: nanos }: Timestamp): string {
  const below = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const whole = new Date(Number((nanos - below) / 1_000_000n)).toISOString();
  return `${whole.slice(0, 19)}${formatFraction(below)}Z`;
}
