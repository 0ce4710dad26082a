import { type Logger } from '@streamjob/telemetry';
import { createBackoff } from '../../runtime/backoff/backoff.ts';
import { sleep, type Clock } from '../../runtime/clock/clock.ts';
import { createBucket, type Bucket } from '../../runtime/queue/bucket.ts';
import { type KubeApi } from '../api.ts';
import { isAlreadyExists, isNotFound, ServerError, TooManyRequestsError, UnreachableError } from '../errors.ts';
import { resources } from '../resources.ts';
import { BoundedMap } from './bounded-map.ts';
import { type EventRecord, type Recorder } from './recorder.ts';
import { dueInMs, eventObject, newSeries, SERIES_GAP_MS, seriesKey, seriesPatch, type Reporter } from './series.ts';
import { type Series } from './series.ts';

export type RecorderOptions = {
  readonly api: KubeApi;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly log: Logger;
};

const MAX_SERIES = 4_096;
/** New events about one object: so many at once, then one in so many seconds, so that a flapping job can't flood. */
const OBJECT_BURST = 25;
const OBJECT_PER_SECOND = 1 / 60;
const WRITES_PER_SECOND = 10;
const WRITE_BURST = 50;
const MAX_TRIES = 5;
const FLUSH_DEADLINE_MS = 3_000;

/** Writes events while it runs; what was recorded before waits. */
export class EventRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #series = new BoundedMap<string, Series>(MAX_SERIES);
  readonly #objects = new BoundedMap<string, Bucket>(MAX_SERIES);
  readonly #dirty = new Set<string>();
  readonly #writes: Bucket;
  #wake: () => void = () => undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#writes = createBucket(options.clock, WRITES_PER_SECOND, WRITE_BURST);
  }

  record(event: EventRecord): void {
    const nowMs = this.#options.clock.now();
    const key = seriesKey(event);
    const known = this.#series.get(key);
    if (known !== undefined && nowMs - known.lastMs <= SERIES_GAP_MS) {
      known.count += 1;
      known.lastMs = nowMs;
    } else if (this.#mayBegin(event.regarding.uid)) this.#series.set(key, newSeries(event, nowMs));
    else return;
    this.#dirty.add(key);
    this.#wake();
  }

  /** Writes until the signal aborts, then what is left within a few seconds. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      // Made before looking, so that what is recorded meanwhile isn't slept over.
      const woken = new AbortController();
      this.#wake = () => {
        woken.abort();
      };
      const waitMs = await this.#writeDue(signal);
      if (waitMs > 0) await sleep(clock, waitMs, AbortSignal.any([signal, woken.signal]));
    }
    const deadline = new AbortController();
    const cancel = clock.after(FLUSH_DEADLINE_MS, () => {
      deadline.abort();
    });
    for (const key of [...this.#dirty]) if (!deadline.signal.aborted) await this.#write(key, deadline.signal);
    cancel();
  }

  #mayBegin(uid: string): boolean {
    const bucket = this.#objects.get(uid) ?? createBucket(this.#options.clock, OBJECT_PER_SECOND, OBJECT_BURST);
    this.#objects.set(uid, bucket);
    if (bucket.tryTake()) return true;
    this.#options.log.debug({ uid }, 'an event was left out: too many about one object');
    return false;
  }

  /** Writes every series whose turn has come; answers in how many milliseconds the next one's comes. */
  async #writeDue(signal: AbortSignal): Promise<number> {
    let nextMs = SERIES_GAP_MS;
    for (const key of [...this.#dirty]) {
      if (signal.aborted) break;
      const series = this.#series.get(key);
      const dueMs = series && dueInMs(series, this.#options.clock.now());
      if (dueMs === undefined) this.#dirty.delete(key);
      else if (dueMs > 0) nextMs = Math.min(nextMs, dueMs);
      else {
        const turnMs = this.#writes.reserveMs();
        if (turnMs > 0) await sleep(this.#options.clock, turnMs, signal);
        await this.#write(key, signal);
        nextMs = 0;
      }
    }
    return nextMs;
  }

  /** Tries a few times while the API server is away, then lets the event go: it is for people, not for programs. */
  async #write(key: string, signal: AbortSignal): Promise<void> {
    this.#dirty.delete(key);
    const series = this.#series.get(key);
    if (series === undefined) return;
    const { clock, log } = this.#options;
    const backoff = createBackoff({ initialMs: 500, maxMs: 8_000 });
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#send(series, signal);
        return;
      } catch (error) {
        if (tries === MAX_TRIES || signal.aborted || !isWorthRetry(error)) {
          log.warn({ error, reason: series.record.reason }, 'an event was not written');
          return;
        }
        await sleep(clock, backoff.next(), signal);
      }
    }
  }

  async #send(series: Series, signal: AbortSignal): Promise<void> {
    const { api, reporter, clock } = this.#options;
    const { count, record, name } = series;
    const ref = { namespace: record.regarding.namespace, name };
    const create = (): Promise<unknown> =>
      api.create(resources.events, eventObject(series, reporter), { ...ref, signal });
    try {
      // An event that its time to live has ended is made again, with the whole series.
      if (series.writtenCount === 0) await create();
      else await unlessGone(api.mergePatch(resources.events, ref, seriesPatch(series), { signal }), create);
    } catch (error) {
      // Our earlier try came through, only its answer was lost.
      if (!isAlreadyExists(error)) throw error;
    }
    series.writtenCount = count;
    series.writtenMs = clock.now();
  }
}

async function unlessGone(answer: Promise<unknown>, otherwise: () => Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await otherwise();
  }
}

function isWorthRetry(error: unknown): boolean {
  return error instanceof UnreachableError || error instanceof ServerError || error instanceof TooManyRequestsError;
}
