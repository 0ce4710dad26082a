import { startNats, type NatsServer } from '@streamjob/hack';
import { openBroker, type Broker } from './broker.ts';
import { workerProcess, type WorkerOptions, type WorkerProcess } from './worker-process.ts';

/** A server with a source, a target and a dead-letter stream, and the workers on it; all of it ends with `end`. */
export type Scene = {
  readonly server: NatsServer;
  readonly broker: Broker;
  worker(options: Omit<WorkerOptions, 'url'> & { readonly url?: string }): WorkerProcess;
  end(): Promise<void>;
};

export type SceneOptions = {
  readonly config?: string;
  readonly user?: string;
  readonly target?: object;
  readonly deadLetters?: object;
};

export async function openScene({ config, user, target, deadLetters }: SceneOptions = {}): Promise<Scene> {
  const server = await startNats(config === undefined ? {} : { config });
  const broker = await openBroker(server.url, user).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const workers: WorkerProcess[] = [];
  await broker.addStream({ name: 'SRC', subjects: ['src.>'] });
  await broker.addStream({ name: 'OUT', subjects: ['out.>'], ...target });
  await broker.addStream({ name: 'DEADLETTERS', subjects: ['deadletters.>'], ...deadLetters });
  return {
    server,
    broker,
    worker: (options) => {
      const worker = workerProcess({ url: server.url, ...options });
      workers.push(worker);
      return worker;
    },
    end: async () => {
      await Promise.all(workers.map((worker) => worker.dispose()));
      await broker.close();
      await server.stop();
    },
  };
}

/** Event `index` of a run: what `idsOf` counts. */
export function event(index: number): { subject: string; payload: string } {
  return { subject: `src.${index % 7}`, payload: JSON.stringify({ id: index, origin: `o${index % 10}`, delay: 5 }) };
}
