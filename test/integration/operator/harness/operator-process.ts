import { type ControllerDeps, type KubeApi } from '@streamjob/operator';
import { runTestOperator } from './operator.ts';

/**
 * The operator as a process that ends itself with SIGKILL right after so many writes, whatever they were: to the API
 * server or to the broker. Arguments: kubeconfig, NATS URL, number of writes (0: never).
 */
const [kubeconfig = '', natsUrl = '', limit = '0'] = process.argv.slice(2);
let left = Number(limit) || Number.POSITIVE_INFINITY;

/** Counts a call that wrote something. Dry runs don't, and events are told again by whoever comes next. */
async function counted<T>(call: Promise<T>, isWrite: boolean | ((answer: T) => boolean) = true): Promise<T> {
  const answer = await call;
  const wrote = typeof isWrite === 'function' ? isWrite(answer) : isWrite;
  if (wrote && --left <= 0) process.kill(process.pid, 'SIGKILL');
  return answer;
}

const mortalApi = (api: KubeApi): KubeApi => ({
  ...api,
  create: (resource, object, options) => counted(api.create(resource, object, options), resource.plural !== 'events'),
  apply: (resource, desired, options) => counted(api.apply(resource, desired, options), options?.dryRun !== true),
  mergePatch: (resource, ref, patch, options) =>
    counted(api.mergePatch(resource, ref, patch, options), resource.plural !== 'events'),
  delete: (resource, ref, options) => counted(api.delete(resource, ref, options)),
});

const mortalDeps = (deps: ControllerDeps): ControllerDeps => ({
  ...deps,
  brokers: {
    ...deps.brokers,
    ensureConsumer: (connection, stream, desired, options) =>
      counted(
        deps.brokers.ensureConsumer(connection, stream, desired, options),
        ({ result }) => result !== 'unchanged',
      ),
    deleteConsumer: (connection, stream, consumer, options) =>
      counted(deps.brokers.deleteConsumer(connection, stream, consumer, options), (result) => result === 'deleted'),
  },
});

const stop = new AbortController();
process.on('SIGTERM', () => {
  stop.abort();
});
await runTestOperator({ kubeconfig, natsUrl, wrapApi: mortalApi, wrapDeps: mortalDeps }, stop.signal);
process.exit(0);
