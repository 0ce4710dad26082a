import { type Progress, type StreamJobStatus } from '@streamjob/crds';
import { type Told } from '../findings/progress.ts';

type Throughput = NonNullable<StreamJobStatus['throughput']>;
type Counts = Pick<Progress['counts'], 'finished' | 'emitted' | 'failed'>;

type Reading = { readonly atMs: number; readonly counts: Counts };

/** What rates are measured from: one worker's counts some time ago, and the rates since the time before. */
export type Meter = ReadonlyMap<string, Entry>;

export const emptyMeter: Meter = new Map();

/** Rates over less than this jump about. */
const WINDOW_MS = 10_000;

const NONE: Counts = { finished: 0, emitted: 0, failed: 0 };

/** Takes in what the present workers told; workers that are gone, or began anew, are forgotten. */
export function measure(meter: Meter, told: readonly Told[]): Meter {
  return new Map(told.map((progress) => [nameOf(progress), step(meter.get(nameOf(progress)), progress)]));
}

/** Counts begin anew with each start, so a start is another worker. */
const nameOf = ({ podUid, startedAt }: Told): string => `${podUid} ${startedAt}`;

type Entry = { readonly base: Reading; readonly rates: Counts };

function step(known: Entry | undefined, { time, counts }: Told): Entry {
  const now: Reading = { atMs: Date.parse(time), counts };
  if (known === undefined) return { base: now, rates: NONE };
  const seconds = (now.atMs - known.base.atMs) / 1_000;
  if (seconds * 1_000 < WINDOW_MS) return known;
  const rate = (name: keyof Counts) => Math.max(0, (counts[name] - known.base.counts[name]) / seconds);
  return { base: now, rates: { finished: rate('finished'), emitted: rate('emitted'), failed: rate('failed') } };
}

/** The job's throughput: sums over its workers. */
export function throughputOf(meter: Meter, told: readonly Told[]): Throughput {
  const rate = (name: keyof Counts) => round([...meter.values()].reduce((sum, { rates }) => sum + rates[name], 0));
  const total = (name: keyof Progress['counts']) => told.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
  return {
    inPerSecond: rate('finished'),
    outPerSecond: rate('emitted'),
    failedPerSecond: rate('failed'),
    deadLettered: total('deadLettered'),
    unrouted: total('unrouted'),
    duplicates: total('duplicates'),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;
