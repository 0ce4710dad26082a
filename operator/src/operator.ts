import { type Logger } from '@streamjob/telemetry';
import { resolveClusterId } from './cluster-id.ts';
import { type OperatorConfig } from './config/schema.ts';
import { type ControllerDeps } from './deps.ts';
import {
  createApplier,
  createCaches,
  createKubeApi,
  createLeaseStore,
  EventRecorder,
  TerminalError,
  type Endpoint,
  type KubeApi,
} from './kube/index.ts';
import {
  createElector,
  createHealthServer,
  createReconcileLoop,
  runManager,
  type Clock,
  type Controller,
  type Elector,
  type Ending,
  type ReconcileLoop,
} from './runtime/index.ts';
import { createBrokers, createConnections, createSamples, keepDeadLetters } from './sampling/index.ts';

export type OperatorOptions = {
  readonly endpoint: Endpoint;
  readonly config: OperatorConfig;
  /** Absent: this process always leads. */
  readonly leaderElection?: { readonly namespace: string; readonly name: string; readonly identity: string };
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly controllers: (deps: ControllerDeps) => readonly Controller[];
  /** Goes between the controllers and the API server, so that tests can fail or watch a call. */
  readonly wrapApi?: (api: KubeApi) => KubeApi;
};

const REPORTER = 'streamjobs.dev/operator';

/** The whole operator, until the signal aborts or leadership is lost. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<Ending> {
  const { endpoint, config, clock, log, leaderElection } = options;
  const openApi = createKubeApi({ endpoint, clock });
  const clusterId = await resolveClusterId(openApi, config.clusterId, { clock, log }, signal);
  if (clusterId === undefined) return 'stopped';
  const store = leaderElection && createLeaseStore(openApi, leaderElection);
  const elector = store && createElector({ store, identity: leaderElection.identity, clock, log });
  const quiet = new AbortController();
  try {
    return await assemble(options, clusterId, elector, quiet.signal, signal);
  } finally {
    quiet.abort();
    endpoint.close();
  }
}

async function assemble(
  options: OperatorOptions,
  clusterId: string,
  elector: Elector | undefined,
  quiet: AbortSignal,
  signal: AbortSignal,
): Promise<Ending> {
  const { endpoint, config, clock, log, controllers, port, leaderElection } = options;
  const guard =
    elector &&
    ((deadlineMs: number) => {
      elector.guard(deadlineMs);
    });
  const api = (options.wrapApi ?? identity)(createKubeApi({ endpoint, clock, ...(guard && { guard }) }));
  const caches = createCaches({ api, namespaces: config.namespaces, clock, log });
  const reporter = { controller: REPORTER, instance: leaderElection?.identity ?? REPORTER };
  const recorder = new EventRecorder({ api, reporter, clock, log });
  const connections = createConnections({ connections: config.connections, clock, log, signal: quiet });
  const samples = createSamples({ brokers: createBrokers(connections), clock });
  const deps: ControllerDeps = {
    api,
    applier: createApplier(api),
    informers: caches,
    recorder,
    brokers: createBrokers(connections),
    samples,
    config,
    clusterId,
    clock,
    log,
  };
  const loops = controllers(deps).map((controller) => startWatching(controller, clock, log));
  const health = createHealthServer({
    livez: () => [...stuckCaches(caches.stuck()), ...loops.flatMap(stuckReconciles)],
    readyz: () => caches.unsynced().map((kind) => `not listed yet: ${kind}`),
  });
  const companions = [
    recorder,
    { run: (until: AbortSignal) => keepDeadLetters(connections, config.connections, { clock, log }, until) },
  ];
  const ending = await runManager(
    { health, port, caches, loops, companions, clock, log, ...(elector && { elector }) },
    signal,
  );
  samples.stop();
  return ending;
}

const identity = (api: KubeApi): KubeApi => api;

function startWatching(controller: Controller, clock: Clock, log: Logger): ReconcileLoop {
  const loop = createReconcileLoop(controller, { clock, log, isTerminal: (error) => error instanceof TerminalError });
  controller.watch(loop.enqueue);
  return loop;
}

const stuckCaches = (kinds: readonly string[]): string[] =>
  kinds.map((kind) => `no sign of life from the watch: ${kind}`);

const stuckReconciles = (loop: ReconcileLoop): string[] =>
  loop.stuck().map((key) => `${loop.name} has been at ${key} for too long`);
