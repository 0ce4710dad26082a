import { type LatencyResult } from './measures/latency.ts';
import { type MemoryResult } from './measures/memory.ts';
import { type ScaleResult } from './measures/scale.ts';
import { type StartUpResult } from './measures/start-up.ts';
import { type CaseResult } from './measures/throughput.ts';

/** Everything that one run measured; parts that were not asked for are absent. This is the JSON file. */
export type Results = {
  readonly machine: Machine;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly rounds: number;
  readonly throughput?: readonly CaseResult[];
  readonly sync?: readonly CaseResult[];
  readonly latency?: LatencyResult;
  readonly startUp?: StartUpResult;
  readonly memory?: MemoryResult;
  readonly scale?: ScaleResult;
};

export type Machine = {
  readonly cores: number;
  readonly model: string;
  readonly node: string;
  readonly natsServer: string;
  /** Processes that wanted to run when the run began, by the load average of the last minute: others' work. */
  readonly loadBefore: number;
  readonly countsInstructions: boolean;
};
