import { expect, jest, test } from '@jest/globals';
import type { Delivery, Nats, PullOptions, StreamInfo } from '@streamjob/nats';
import { silentLogger } from '@streamjob/telemetry';
import { JetStreamSource } from './jetstream.ts';
import { RegressionWatch } from './regression.ts';

const CREATED = '2026-01-05T00:00:00Z';

/** A source on a broker whose answer about the stream is in the test's hands. */
function openSource() {
  const answer = Promise.withResolvers<StreamInfo>();
  let deliver: ((delivery: Delivery) => void) | undefined;
  const nats = {
    pull: (options: PullOptions) => {
      deliver = options.onMessage;
      return { asked: 0, request: () => undefined, stop: () => Promise.resolve() };
    },
    streamInfo: jest.fn(() => answer.promise),
    consumerInfo: () => Promise.resolve({}),
  } as unknown as Pick<Nats, 'pull' | 'streamInfo' | 'consumerInfo'>;
  const onMessage = jest.fn();
  const source = new JetStreamSource({
    nats,
    stream: 'IN',
    consumer: 'job',
    watch: new RegressionWatch(undefined, undefined),
    clock: { monotonicMs: () => 1, wallMs: () => 1 },
    log: silentLogger,
    signal: new AbortController().signal,
    onMessage,
    onRoom: () => undefined,
  });
  return {
    source,
    onMessage,
    answer: (lastSequence: number) => {
      answer.resolve({ created: CREATED, state: { lastSequence } } as StreamInfo);
      return new Promise((resolve) => setImmediate(resolve));
    },
    deliver: (sequence: number) => deliver?.({ sequence, timestamp: String(sequence), deliveries: 1 } as Delivery),
  };
}

test('an answer about the stream that is older than what came meanwhile stops nothing', async () => {
  const { source, answer, deliver, onMessage } = openSource();
  source.start();
  deliver(100);
  source.check({ now: true });
  deliver(200);
  await answer(150);
  expect(source.state).toEqual({ kind: 'pulling' });
  deliver(201);
  expect(onMessage).toHaveBeenCalledTimes(3);
});

test('an answer that misses what was known before it was asked for stops the source', async () => {
  const { source, answer, deliver, onMessage } = openSource();
  source.start();
  deliver(100);
  source.check({ now: true });
  await answer(99);
  expect(source.state).toMatchObject({ kind: 'stopped', reason: 'SourceRegressed' });
  deliver(101);
  expect(onMessage).toHaveBeenCalledTimes(1);
});
