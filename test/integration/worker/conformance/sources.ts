import { OWN_CONSUMER } from '../harness/broker.ts';
import { event, type Scene } from '../harness/scene.ts';

/** The place that a source reads from, in the hands of a test. */
export type Origin = {
  /** The `source` of a manifest. */
  readonly source: object;
  /** Adds events 0 to `count` - 1. */
  fill(count: number): Promise<void>;
  /** Whether everything was delivered and settled. */
  settled(): Promise<void>;
  /** Takes away what is read from, and brings it back as it was. */
  lose(): Promise<void>;
  restore(): Promise<void>;
};

export type SourceUnderTest = {
  readonly name: string;
  open(scene: Scene): Promise<Origin>;
  /** What the worker says it waits for after `lose`. */
  readonly lost: string;
};

/** Every kind of source. */
export const sources: readonly SourceUnderTest[] = [
  {
    name: 'jetstream',
    lost: 'ConsumerMissing',
    open: ({ broker }) => {
      let config: object = {};
      return Promise.resolve({
        source: { stream: 'SRC' },
        fill: (count) => broker.fill('SRC', count, event),
        settled: () => broker.settled('SRC'),
        lose: async () => {
          ({ config } = await broker.jsm.consumers.info('SRC', OWN_CONSUMER));
          await broker.jsm.consumers.delete('SRC', OWN_CONSUMER);
        },
        restore: async () => {
          await broker.jsm.consumers.add('SRC', config);
        },
      });
    },
  },
];
