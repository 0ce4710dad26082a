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
  type Caches,
  type Endpoint,
  type KubeApi,
} from './kube/index.ts';
import {
  createElector,
  createHealthServer,
  createReconcileLoop,
  endsWithin,
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
  /** Called with the port once health is served, which `port: 0` lets the system choose. */
  readonly onListening?: (port: number) => void;
  /** Goes between the controllers and the API server, so that tests can fail or watch a call. */
  readonly wrapApi?: (api: KubeApi) => KubeApi;
};

const REPORTER = 'streamjobs.dev/operator';
/** A broker that hangs must not hold up the stop. */
const CLOSE_LIMIT_MS = 3_000;

/** The whole operator, until the signal aborts or leadership is lost. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<Ending> {
  const { endpoint, config, clock, log, port, onListening } = options;
  const vitals: Vitals = { caches: undefined, loops: [] };
  const health = createHealthServer({ livez: () => livez(vitals), readyz: () => readyz(vitals) });
  const listening = await health.listen(port); // apart: an optional call that is not made evaluates no argument
  onListening?.(listening);
  try {
    const clusterId = await resolveClusterId(
      createKubeApi({ endpoint, clock }),
      config.clusterId,
      { clock, log },
      signal,
    );
    return clusterId === undefined ? 'stopped' : await operate(options, clusterId, vitals, signal);
  } finally {
    await health.close();
    endpoint.close();
  }
}

async function operate(options: OperatorOptions, clusterId: string, vitals: Vitals, signal: AbortSignal) {
  const { config, clock, log, controllers } = options;
  const elector = createElectorOf(options);
  const api = createGuardedApi(options, elector);
  const caches = createCaches({ api, namespaces: config.namespaces, clock, log });
  const instance = options.leaderElection?.identity ?? REPORTER;
  const recorder = new EventRecorder({ api, reporter: { controller: REPORTER, instance }, clock, log });
  const quiet = new AbortController();
  const connections = createConnections({ connections: config.connections, clock, log, signal: quiet.signal });
  const brokers = createBrokers(connections);
  const samples = createSamples({ brokers, clock });
  const applier = createApplier(api);
  const deps = { api, applier, informers: caches, recorder, brokers, samples, config, clusterId, clock, log };
  const loops = controllers(deps).map((controller) => startWatching(controller, clock, log));
  Object.assign(vitals, { caches, loops });
  const deadLetters = (until: AbortSignal): Promise<void> =>
    keepDeadLetters(connections, config.connections, { clock, log }, until);
  const companions = [recorder, { run: deadLetters }];
  try {
    return await runManager({ caches, loops, companions, clock, log, ...(elector && { elector }) }, signal);
  } finally {
    samples.stop();
    quiet.abort();
    await endsWithin(connections.closed(), CLOSE_LIMIT_MS, clock);
  }
}

/** Who leads is decided by calls that no guard can stop. */
function createElectorOf({ endpoint, clock, log, leaderElection }: OperatorOptions): Elector | undefined {
  if (leaderElection === undefined) return undefined;
  const store = createLeaseStore(createKubeApi({ endpoint, clock }), leaderElection);
  return createElector({ store, identity: leaderElection.identity, clock, log });
}

function createGuardedApi({ endpoint, clock, wrapApi }: OperatorOptions, elector: Elector | undefined): KubeApi {
  const guard = (deadlineMs: number): void => elector?.guard(deadlineMs);
  const api = createKubeApi({ endpoint, clock, guard });
  return wrapApi === undefined ? api : wrapApi(api);
}

type Vitals = { caches: Caches | undefined; loops: readonly ReconcileLoop[] };

function readyz({ caches }: Vitals): readonly string[] {
  return caches === undefined ? ['starting'] : caches.unsynced().map((kind) => `not listed yet: ${kind}`);
}

function livez({ caches, loops }: Vitals): readonly string[] {
  return [
    ...(caches?.stuck() ?? []).map((kind) => `no sign of life from the watch: ${kind}`),
    ...loops.flatMap((loop) => loop.stuck().map((key) => `${loop.name} has been at ${key} for too long`)),
  ];
}

function startWatching(controller: Controller, clock: Clock, log: Logger): ReconcileLoop {
  const loop = createReconcileLoop(controller, { clock, log, isTerminal: (error) => error instanceof TerminalError });
  controller.watch((key) => {
    loop.enqueue(key);
  });
  return loop;
}
