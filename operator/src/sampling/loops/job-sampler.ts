import { type Progress } from '@streamjob/crds';
import { sleep, type Clock } from '../../runtime/clock/clock.ts';
import { isAborted } from '../../runtime/signal/signal.ts';
import { type Brokers } from '../connections/brokers.ts';
import {
  emptyRecord,
  type JobRecord,
  type Sampled,
  type SampleTarget,
  type WorkerSample,
  type WorkerTarget,
} from '../record.ts';
import { sample } from './sampled.ts';
import { conditionsOf, numbersOf } from './worth-a-look.ts';

export type Pace = {
  /** Between two looks at a job that moves or is in trouble. */
  readonly busyMs: number;
  /** At a job that is at rest. */
  readonly idleMs: number;
  /** Least time between two calls because of numbers alone. */
  readonly numbersMs: number;
};

/** Runs a piece of work when fewer than so many others run. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

export type SamplerOptions = {
  readonly brokers: Brokers;
  readonly fetchProgress: (worker: WorkerTarget) => Promise<Progress>;
  readonly limitBroker: (connection: string) => Limiter;
  readonly limitWorkers: Limiter;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly random: () => number;
  /** The record changed in a way worth a look. */
  readonly onNews: () => void;
};

/** Rounds without a change after which a job counts as at rest. */
const RESTFUL_ROUNDS = 3;
const ACCOUNT_INTERVAL_MS = 60_000;

/** The loops of one job: one asks its broker, the other its workers, so that neither waits for the other. */
export class JobSampler {
  readonly #options: SamplerOptions;
  readonly #stop = new AbortController();
  #target: SampleTarget;
  #record: JobRecord = emptyRecord;
  #kick = new AbortController();
  #told = { conditions: '', numbers: '', atMs: -Infinity };

  constructor(target: SampleTarget, options: SamplerOptions) {
    this.#target = target;
    this.#options = options;
    void this.#loop(
      () => this.#askBroker(),
      ({ stream, consumer }) => ({ ...emptyRecord, stream, consumer }),
    );
    void this.#loop(
      () => this.#askWorkers(),
      ({ workers }) => ({ ...emptyRecord, workers }),
    );
  }

  get record(): JobRecord {
    return this.#record;
  }

  /** A target that differs is looked at right away. */
  aim(target: SampleTarget): void {
    const before = this.#target;
    if (JSON.stringify(before) === JSON.stringify(target)) return;
    this.#target = target;
    if (before.connection !== target.connection || before.stream !== target.stream) this.#record = emptyRecord;
    else if (before.consumer !== target.consumer) this.#record = { ...this.#record, consumer: {} };
    const kicked = this.#kick;
    this.#kick = new AbortController();
    kicked.abort();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** `part` cuts a record down to what this loop fills, which tells whether anything moves. */
  async #loop(ask: () => Promise<void>, part: (record: JobRecord) => JobRecord): Promise<void> {
    const { clock, pace, random } = this.#options;
    let stillRounds = 0;
    let before = '';
    while (!this.#stop.signal.aborted) {
      const kick = this.#kick.signal;
      await ask();
      if (isAborted(this.#stop.signal)) return;
      this.#tell();
      const now = part(this.#record);
      const after = numbersOf(now);
      stillRounds = after === before && !hasErrors(now) ? stillRounds + 1 : 0;
      before = after;
      const delayMs = stillRounds >= RESTFUL_ROUNDS ? pace.idleMs : pace.busyMs;
      await sleep(clock, delayMs * (0.9 + random() / 5), AbortSignal.any([this.#stop.signal, kick]));
    }
  }

  async #askBroker(): Promise<void> {
    const target = this.#target;
    const { brokers, limitBroker } = this.#options;
    const { connection, stream, consumer } = target;
    const read = <T>(before: Sampled<T>, ask: () => Promise<T>): Promise<Sampled<T>> =>
      sample(before, () => limitBroker(connection)(ask), this.#now);
    const before = this.#record;
    const [streamSample, consumerSample, account] = await Promise.all([
      read(before.stream, () => brokers.streamInfo(connection, stream)),
      consumer === undefined ? {} : read(before.consumer, () => brokers.consumerInfo(connection, stream, consumer)),
      this.#readAccount(connection, before.account),
    ]);
    // The target may be another by now: what was asked of the old one says nothing about it.
    if (target === this.#target)
      this.#record = { ...this.#record, stream: streamSample, consumer: consumerSample, account };
  }

  async #readAccount(connection: string, before: JobRecord['account']): Promise<JobRecord['account']> {
    const { brokers, limitBroker } = this.#options;
    const isFresh = before.error === undefined && this.#now() - (before.atMs ?? -Infinity) < ACCOUNT_INTERVAL_MS;
    if (isFresh) return before;
    const { value, ...rest } = await sample<string | undefined>(
      before,
      () => limitBroker(connection)(() => brokers.account(connection)),
      this.#now,
    );
    return value === undefined ? rest : { ...rest, value };
  }

  async #askWorkers(): Promise<void> {
    const target = this.#target;
    const samples = await Promise.all(target.workers.map((worker) => this.#askWorker(worker)));
    if (target === this.#target)
      this.#record = { ...this.#record, workers: new Map(samples.map((one) => [one.uid, one])) };
  }

  async #askWorker(worker: WorkerTarget): Promise<WorkerSample> {
    const { fetchProgress, limitWorkers } = this.#options;
    const before: Sampled<Progress> = this.#record.workers.get(worker.uid) ?? {};
    const after = await sample(before, () => limitWorkers(() => fetchProgress(worker)), this.#now);
    return { ...after, uid: worker.uid, pod: worker.name };
  }

  readonly #now = (): number => this.#options.clock.now();

  #tell(): void {
    const conditions = conditionsOf(this.#record);
    const numbers = numbersOf(this.#record);
    const { clock, pace, onNews } = this.#options;
    const nowMs = clock.monotonic();
    const isNumbersTurn = numbers !== this.#told.numbers && nowMs - this.#told.atMs >= pace.numbersMs;
    if (conditions === this.#told.conditions && !isNumbersTurn) return;
    this.#told = { conditions, numbers, atMs: nowMs };
    onNews();
  }
}

function hasErrors({ stream, consumer, workers }: JobRecord): boolean {
  return [stream, consumer, ...workers.values()].some(({ error }) => error !== undefined);
}
