import { type ContestantName } from './contestants.ts';
import { type Sample } from './measures/sample.ts';
import { type CaseResult } from './measures/throughput.ts';
import { median } from './statistics.ts';

/** The worker against the others, each from one round's samples and then the median of all rounds; more is better. */
export type Ratios = {
  /** Messages a second, as a multiple of the other's. */
  readonly speedVsNaive: number;
  readonly speedVsRaw: number;
  /** How often the worker's CPU time for a message goes into the other's: of the process alone, and with the server's. */
  readonly clientCpuVsNaive: number;
  readonly clientCpuVsRaw: number;
  readonly totalCpuVsNaive: number;
  readonly totalCpuVsRaw: number;
};

export function ratiosOf({ samples }: CaseResult): Ratios {
  const against = (other: ContestantName, ratio: (worker: Sample, other: Sample) => number): number =>
    median(samples.worker.map((worker, round) => ratio(worker, samples[other][round] ?? worker)));
  const speed = (worker: Sample, other: Sample): number => worker.messagesPerSecond / other.messagesPerSecond;
  const client = (worker: Sample, other: Sample): number => other.clientUs / worker.clientUs;
  const total = (worker: Sample, other: Sample): number => totalUs(other) / totalUs(worker);
  return {
    speedVsNaive: against('naive', speed),
    speedVsRaw: against('raw', speed),
    clientCpuVsNaive: against('naive', client),
    clientCpuVsRaw: against('raw', client),
    totalCpuVsNaive: against('naive', total),
    totalCpuVsRaw: against('raw', total),
  };
}

/** CPU microseconds that the worker spends on a message beyond the job's own parse, map and stringify. */
export function onTopUs({ samples, ownUs }: CaseResult): number {
  return median(samples.worker.map(({ clientUs }, round) => clientUs - (ownUs[round] ?? NaN)));
}

function totalUs({ clientUs, serverUs }: Sample): number {
  return clientUs + serverUs;
}
