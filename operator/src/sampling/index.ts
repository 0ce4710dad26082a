export { UnknownConnectionError, type Brokers } from './connections/brokers.ts';
export { createBrokers, createConnections, type Connections } from './connections/connections.ts';
export { keepDeadLetters } from './connections/dead-letters.ts';
export { WorkerUnreachableError } from './progress/fetch-progress.ts';
export { createSamples } from './loops/samples.ts';
export {
  emptyRecord,
  type JobRecord,
  type Sampled,
  type Samples,
  type SampleTarget,
  type WorkerSample,
  type WorkerTarget,
} from './record.ts';
