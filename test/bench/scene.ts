import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, type ConsumerConfig, type StreamConfig } from '@nats-io/jetstream';
import { startNats, type NatsServer } from '@streamjob/hack';
import { OWN_CONSUMER, openBroker, type Broker } from '../integration/worker/harness/broker.ts';
import { type Case } from './cases.ts';
import { eventText, TARGET } from './job.ts';
import { fill } from './raw/fill.ts';

/** A server of its own, with source streams that are filled once and read again and again. */
export type BenchScene = {
  readonly server: NatsServer;
  readonly broker: Broker;
  /** Fills a stream with events of so many bytes, unless it is there; answers its name. */
  source(sizeBytes: number, count: number): Promise<string>;
  /** An empty target: it forgot all ids, so that the same results may come again. */
  freshTarget(config?: Partial<StreamConfig>): Promise<void>;
  /** A consumer that delivers the stream from its start, without the one that was there. */
  freshConsumer(stream: string, config?: Partial<ConsumerConfig>): Promise<void>;
  removeConsumer(stream: string): Promise<void>;
  /** Messages of the stream that were delivered and acked; 0 while there is no consumer. */
  settled(stream: string): Promise<number>;
  end(): Promise<void>;
};

const MAX_ACK_PENDING = 20_000;

type SceneOptions = Partial<Pick<Case, 'sync'>> & {
  /** More of the server's configuration. */
  readonly config?: string;
};

export async function openBenchScene({ sync = 'default', config = '' }: SceneOptions = {}): Promise<BenchScene> {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-bench-'));
  const storeDir = join(dir, 'store');
  const server = await startNats({ storeDir, config });
  const broker = await openBroker(server.url);
  const { jsm } = broker;
  const sizes = new Map<string, number>();
  const removeConsumer = async (stream: string): Promise<void> => {
    await jsm.consumers.delete(stream, OWN_CONSUMER).catch(() => undefined);
  };
  return {
    server,
    broker,
    source: async (sizeBytes, count) => {
      const stream = `IN-${sizeBytes}`;
      if (sizes.has(stream)) return stream;
      await broker.addStream({ name: stream, subjects: [`in.${sizeBytes}`], allow_direct: true });
      await fill(server.url, `in.${sizeBytes}`, count, (index) => eventText(index, sizeBytes));
      sizes.set(stream, count);
      if (sync === 'always') await server.restart(syncAlways(storeDir));
      return stream;
    },
    freshTarget: async (config) => {
      await jsm.streams.delete(TARGET).catch(() => undefined);
      await broker.addStream({ name: TARGET, subjects: ['out.>'], ...config });
    },
    freshConsumer: async (stream, config) => {
      await removeConsumer(stream);
      const defaults = { ack_policy: AckPolicy.Explicit, max_ack_pending: MAX_ACK_PENDING };
      await jsm.consumers.add(stream, { durable_name: OWN_CONSUMER, ...defaults, ...config });
    },
    removeConsumer,
    settled: async (stream) => {
      try {
        const { num_pending, num_ack_pending } = await jsm.consumers.info(stream, OWN_CONSUMER);
        return (sizes.get(stream) ?? 0) - num_pending - num_ack_pending;
      } catch {
        return 0;
      }
    },
    end: async () => {
      await broker.close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Takes the place of the server's own setting. A stream is filled before, for that would take minutes. */
function syncAlways(storeDir: string): string {
  return `jetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always }`;
}
