import { expect, test } from '@jest/globals';
import { UnreachableError } from '@streamjob/nats';
import { type Brokers } from '../sampling/index.ts';
import { type ConsumerRequest } from './actions.ts';
import { createConsumerTasks } from './consumer-tasks.ts';
import { consumerInfo, job, NOW_MS } from './testing/fixtures.ts';

type Answer = PromiseWithResolvers<'deleted'>;

/** Brokers whose answers the test gives. */
function setUp() {
  const answers: Answer[] = [];
  const over: string[] = [];
  const brokers = {
    deleteConsumer: () => {
      const answer = Promise.withResolvers<'deleted'>();
      answers.push(answer);
      return answer.promise;
    },
    ensureConsumer: () => Promise.resolve({ result: 'created', info: consumerInfo(job()) }),
  } as unknown as Brokers;
  const clock = { now: () => NOW_MS, monotonic: () => 0, after: () => () => undefined };
  const tasks = createConsumerTasks({ brokers, clock, onDone: (key) => over.push(key) });
  return { tasks, answers, over };
}

const remove: ConsumerRequest = { kind: 'delete', connection: 'default', stream: 'S', consumer: 'c', metadata: {} };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a request runs by itself, one at a time, and its end is told', async () => {
  const { tasks, answers, over } = setUp();
  tasks.start('a', remove);
  tasks.start('a', remove);
  expect(tasks.get('a')?.outcome).toEqual({ state: 'running' });
  expect(answers).toHaveLength(1);
  answers[0]?.resolve('deleted');
  await settled();
  expect(tasks.get('a')).toMatchObject({ failures: 0, outcome: { state: 'deleted', result: 'deleted' } });
  expect(over).toEqual(['a']);
});

test('failures are counted while the request is the same', async () => {
  const { tasks, answers } = setUp();
  for (const failures of [1, 2]) {
    tasks.start('a', remove);
    answers.at(-1)?.reject(new UnreachableError('down'));
    await settled();
    expect(tasks.get('a')).toMatchObject({ failures, outcome: { state: 'failed' } });
  }
  tasks.start('a', { ...remove, consumer: 'another' });
  expect(tasks.get('a')?.failures).toBe(0);
});

test('what was forgotten meanwhile is not told', async () => {
  const { tasks, answers, over } = setUp();
  tasks.start('a', remove);
  tasks.forget('a');
  answers[0]?.resolve('deleted');
  await settled();
  expect(tasks.get('a')).toBeUndefined();
  expect(over).toEqual([]);
});
