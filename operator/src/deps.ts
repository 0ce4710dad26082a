import { type Logger } from '@streamjob/telemetry';
import { type OperatorConfig } from './config/schema.ts';
import { type Applier, type Informers, type KubeApi, type Recorder } from './kube/index.ts';
import { type Clock } from './runtime/index.ts';
import { type Brokers, type Samples } from './sampling/index.ts';

/** Everything a controller may touch; main.ts makes it, tests make their own. */
export type ControllerDeps = {
  readonly api: KubeApi;
  /** Writes through `api`, and only what changed. */
  readonly applier: Applier;
  readonly informers: Informers;
  readonly recorder: Recorder;
  readonly brokers: Brokers;
  readonly samples: Samples;
  readonly config: OperatorConfig;
  /** Never empty: the configured one, or the UID of kube-system. */
  readonly clusterId: string;
  readonly clock: Clock;
  readonly log: Logger;
};
