export { runWorker, type WorkerContext } from './worker.ts';
export { parseOptions, UsageError, type WorkerOptions } from './options.ts';
export { systemClock, type Clock } from './clock.ts';
export { DEAD_LETTER_HEADERS } from './delivery/dead-letter-headers.ts';
