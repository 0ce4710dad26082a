import { createHash, randomBytes } from 'node:crypto';
import { toTimestamp } from '../../runtime/clock/clock.ts';
import { type EventRecord } from './recorder.ts';

/** One event as it grows: the first, then how often it came again. */
export type Series = {
  readonly record: EventRecord;
  readonly name: string;
  readonly firstMs: number;
  lastMs: number;
  count: number;
  /** What the API server knows; 0 before the event was created. */
  writtenCount: number;
  writtenMs: number;
};

/** The same event again within this time counts into the series; later it is a new event. */
export const SERIES_GAP_MS = 6 * 60_000;
/** A series is written when it begins, and then at most so often. */
export const SERIES_WRITE_MS = 60_000;

const MAX_NOTE_BYTES = 1_000;

export function seriesKey({ regarding, type, reason, action, note }: EventRecord): string {
  return createHash('sha256')
    .update(JSON.stringify([regarding.uid, type, reason, action, note]))
    .digest('base64');
}

export function newSeries(record: EventRecord, nowMs: number): Series {
  const name = `${record.regarding.name}.${randomBytes(8).toString('hex')}`;
  const cut = { ...record, note: cutNote(record.note) };
  return { record: cut, name, firstMs: nowMs, lastMs: nowMs, count: 1, writtenCount: 0, writtenMs: 0 };
}

/** Milliseconds until a series should be written; undefined when there is nothing to write. */
export function dueInMs({ count, writtenCount, writtenMs }: Series, nowMs: number): number | undefined {
  if (count === writtenCount) return undefined;
  return writtenCount <= 1 ? 0 : Math.max(0, writtenMs + SERIES_WRITE_MS - nowMs);
}

export type Reporter = { readonly controller: string; readonly instance: string };

export function eventObject({ record, name, firstMs, ...rest }: Series, reporter: Reporter): object {
  const { regarding, type, reason, action, note } = record;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace: regarding.namespace },
    eventTime: microTime(firstMs),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    regarding,
    type,
    reason,
    action,
    note,
    ...(rest.count > 1 ? seriesPatch(rest) : {}),
  };
}

export function seriesPatch({ count, lastMs }: Pick<Series, 'count' | 'lastMs'>): object {
  return { series: { count, lastObservedTime: microTime(lastMs) } };
}

const microTime = (epochMs: number): string => toTimestamp(epochMs).replace('Z', '000Z');

function cutNote(note: string): string {
  const bytes = Buffer.from(note, 'utf8');
  if (bytes.length <= MAX_NOTE_BYTES) return note;
  // A character cut in half would decode to a replacement sign, which is dropped.
  return `${bytes
    .subarray(0, MAX_NOTE_BYTES - 3)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}…`;
}
