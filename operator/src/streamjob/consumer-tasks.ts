import { type Clock } from '../runtime/index.ts';
import { type Brokers } from '../sampling/index.ts';
import { type ConsumerRequest } from './actions.ts';
import { sameRequest } from './lifecycle/consumer.ts';
import { type ConsumerTask } from './snapshot.ts';

/** Requests about consumers, made in the background so that a broker that is slow or down holds up no reconcile. */
export interface ConsumerTasks {
  /** How the last request of a job stands. */
  get(key: string): ConsumerTask | undefined;
  /** Begins a request, unless one is under way: that one's end is the time to look again. */
  start(key: string, request: ConsumerRequest): void;
  forget(key: string): void;
}

export type ConsumerTaskDeps = {
  readonly brokers: Brokers;
  readonly clock: Clock;
  /** Called when a request is over, whatever came of it. */
  readonly onDone: (key: string, task: ConsumerTask) => void;
};

export function createConsumerTasks({ brokers, clock, onDone }: ConsumerTaskDeps): ConsumerTasks {
  const tasks = new Map<string, ConsumerTask>();

  async function run(request: ConsumerRequest): Promise<ConsumerTask['outcome']> {
    const { connection, stream } = request;
    if (request.kind === 'delete') {
      const { consumer, metadata } = request;
      return { state: 'deleted', result: await brokers.deleteConsumer(connection, stream, consumer, { metadata }) };
    }
    const { desired, adopt } = request;
    return { state: 'ensured', ...(await brokers.ensureConsumer(connection, stream, desired, { adopt })) };
  }

  function finish(key: string, begun: ConsumerTask, outcome: ConsumerTask['outcome']): void {
    if (tasks.get(key) !== begun) return;
    const failures = outcome.state === 'failed' ? begun.failures + 1 : 0;
    const task = { request: begun.request, atMs: clock.now(), failures, outcome };
    tasks.set(key, task);
    onDone(key, task);
  }

  return {
    get: (key) => tasks.get(key),
    start(key, request) {
      const last = tasks.get(key);
      if (last?.outcome.state === 'running') return;
      const failures = last !== undefined && sameRequest(last.request, request) ? last.failures : 0;
      const begun: ConsumerTask = { request, atMs: clock.now(), failures, outcome: { state: 'running' } };
      tasks.set(key, begun);
      run(request).then(
        (outcome) => {
          finish(key, begun, outcome);
        },
        (error: unknown) => {
          finish(key, begun, { state: 'failed', error: asError(error) });
        },
      );
    },
    forget: (key) => {
      tasks.delete(key);
    },
  };
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('not an error', { cause: error });
