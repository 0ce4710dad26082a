import { fail } from '../evaluation-error.ts';
import { type Duration, NANOS_PER_SECOND } from '../values/duration.ts';
import { Timestamp } from '../values/timestamp.ts';
import { overload, type Overload } from './overload.ts';

const MAX_ZONES_KEPT = 100;
const MINUTE_NANOS = 60n * NANOS_PER_SECOND;

/** Parts of a timestamp, in UTC or in a time zone: "Europe/Vienna", "+02:00". Months and days count from 0 as in CEL. */
export const timeFunctions = [
  ...part('getFullYear', (date) => date.getUTCFullYear()),
  ...part('getMonth', (date) => date.getUTCMonth()),
  ...part('getDate', (date) => date.getUTCDate()),
  ...part('getDayOfMonth', (date) => date.getUTCDate() - 1),
  ...part('getDayOfWeek', (date) => date.getUTCDay()),
  ...part('getDayOfYear', dayOfYear),
  ...part('getHours', (date) => date.getUTCHours()),
  ...part('getMinutes', (date) => date.getUTCMinutes()),
  ...part('getSeconds', (date) => date.getUTCSeconds()),
  ...part('getMilliseconds', (date) => date.getUTCMilliseconds()),
  overload('duration.getHours(): int', (span: Duration) => span.$nanos / (60n * MINUTE_NANOS)),
  overload('duration.getMinutes(): int', (span: Duration) => span.$nanos / MINUTE_NANOS),
  overload('duration.getSeconds(): int', (span: Duration) => span.$nanos / NANOS_PER_SECOND),
  overload('duration.getMilliseconds(): int', (span: Duration) => (span.$nanos % NANOS_PER_SECOND) / 1_000_000n),
];

function part(name: string, read: (date: Date) => number): Overload[] {
  return [
    overload(`timestamp.${name}(): int`, (time: Timestamp) => BigInt(read(utc(time)))),
    overload(`timestamp.${name}(string): int`, (time: Timestamp, zone: string) => BigInt(read(inZone(time, zone)))),
  ];
}

function utc(time: Timestamp): Date {
  const below = ((time.$nanos % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return new Date(Number((time.$nanos - below) / 1_000_000n));
}

function dayOfYear(date: Date): number {
  const first = new Date(date);
  first.setUTCMonth(0, 1);
  return Math.round((date.getTime() - first.getTime()) / 86_400_000);
}

/** A date whose UTC parts are the local ones. */
function inZone(time: Timestamp, zone: string): Date {
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (fixed === null) return inNamedZone(utc(time), zone);
  const minutes = BigInt(Number(fixed[2]) * 60 + Number(fixed[3])) * (fixed[1] === '-' ? -1n : 1n);
  return utc(new Timestamp(time.$nanos + minutes * MINUTE_NANOS));
}

function inNamedZone(date: Date, zone: string): Date {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatIn(zone).formatToParts(date)) parts[type] = Number(value);
  const local = new Date(0);
  local.setUTCFullYear(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day ?? 1);
  local.setUTCHours(parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0, date.getUTCMilliseconds());
  return local;
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs far more than using it, and a name may come from a payload: so a bounded number is kept. */
function formatIn(zone: string): Intl.DateTimeFormat {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  if (zones.size >= MAX_ZONES_KEPT) zones.clear();
  const made = newFormat(zone);
  zones.set(zone, made);
  return made;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, year: numeric, month: numeric, day: numeric, ...time });
  } catch {
    return fail('no such time zone: write it like Europe/Vienna or +02:00');
  }
}
