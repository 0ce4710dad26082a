import { type JetStreamClient, jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connectBroker, type Broker, type Kubectl } from '../../../../hack/src/platform/index.ts';
import { eventually } from '../eventually.ts';
import { keepForward } from './forward.ts';

/** A broker seen from outside the cluster, through whatever happens to its pod. */
export type TestBroker = Broker & {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Names of a stream's consumers. */
  consumers(stream: string): Promise<string[]>;
};

export async function openBroker(
  kubectl: Kubectl,
  namespace: string,
  passwords: Readonly<Record<string, string>>,
): Promise<TestBroker> {
  const forward = await keepForward(kubectl, namespace, 'svc/nats', 4222);
  try {
    const url = `nats://127.0.0.1:${forward.port}`;
    const broker = await eventually('the broker answers', () => connectBroker(url, 'admin', passwords.admin ?? ''));
    const { connection } = broker;
    const manager = await jetstreamManager(connection);
    const consumers = async (stream: string): Promise<string[]> => {
      const names: string[] = [];
      for await (const { name } of manager.consumers.list(stream)) names.push(name);
      return names;
    };
    const close = async (): Promise<void> => {
      await connection.close();
      await forward.stop();
    };
    return { ...broker, client: jetstream(connection), manager, consumers, close };
  } catch (error) {
    await forward.stop();
    throw error;
  }
}
