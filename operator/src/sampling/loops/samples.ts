import { type Clock } from '../../runtime/clock/clock.ts';
import { type Brokers } from '../connections/brokers.ts';
import { fetchProgress } from '../progress/fetch-progress.ts';
import { emptyRecord, type Samples } from '../record.ts';
import { JobSampler, type Limiter, type Pace, type SamplerOptions } from './job-sampler.ts';
import { createLimiter } from './limiter.ts';

export type SamplesOptions = {
  readonly brokers: Brokers;
  readonly clock: Clock;
  readonly pace?: Pace;
  readonly random?: () => number;
  readonly fetchProgress?: SamplerOptions['fetchProgress'];
};

const PACE: Pace = { busyMs: 5_000, idleMs: 30_000, numbersMs: 60_000 };
const REQUESTS_PER_CONNECTION = 8;
const WORKERS_AT_ONCE = 32;

/** Samples of all jobs; `stop` ends every loop. */
export function createSamples(options: SamplesOptions): Samples & { stop(): void } {
  const { brokers, clock, pace = PACE, random = Math.random } = options;
  const samplers = new Map<string, JobSampler>();
  const listeners: ((key: string) => void)[] = [];
  const limiters = new Map<string, Limiter>();
  const common = {
    brokers,
    clock,
    pace,
    random,
    fetchProgress: options.fetchProgress ?? ((worker) => fetchProgress(worker.ip, clock)),
    limitWorkers: createLimiter(WORKERS_AT_ONCE),
    limitBroker: (connection: string): Limiter => {
      const limiter = limiters.get(connection) ?? createLimiter(REQUESTS_PER_CONNECTION);
      limiters.set(connection, limiter);
      return limiter;
    },
  } satisfies Omit<SamplerOptions, 'onNews'>;

  return {
    track(key, target) {
      const known = samplers.get(key);
      if (known !== undefined) {
        known.aim(target);
        return;
      }
      const onNews = (): void => {
        for (const listener of listeners) listener(key);
      };
      samplers.set(key, new JobSampler(target, { ...common, onNews }));
    },
    untrack(key) {
      samplers.get(key)?.stop();
      samplers.delete(key);
    },
    record: (key) => samplers.get(key)?.record ?? emptyRecord,
    subscribe: (onKey) => void listeners.push(onKey),
    stop() {
      for (const sampler of samplers.values()) sampler.stop();
      samplers.clear();
    },
  };
}
