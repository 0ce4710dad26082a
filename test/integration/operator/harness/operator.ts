import { createLogger } from '@streamjob/telemetry';
import {
  createStreamJobController,
  loadEndpoint,
  parseConfig,
  runOperator,
  systemClock,
  type Clock,
  type ControllerDeps,
  type KubeApi,
} from '@streamjob/operator';

export type OperatorSettings = {
  readonly kubeconfig: string;
  readonly natsUrl: string;
  readonly clusterId?: string;
  /** More connections, as lines of YAML. */
  readonly connections?: readonly string[];
  readonly clock?: Clock;
  readonly leaderElection?: boolean;
  readonly wrapApi?: (api: KubeApi) => KubeApi;
  readonly wrapDeps?: (deps: ControllerDeps) => ControllerDeps;
};

export type RunningOperator = {
  /** What it logged, line by line. */
  readonly log: readonly string[];
  stop(): Promise<void>;
};

/** The configuration of the tests: a connection that everybody may use, one that nobody may, one that leads nowhere. */
export function configText(natsUrl: string, clusterId: string, more: readonly string[] = []): string {
  return `
clusterId: ${clusterId}
worker: { image: "worker:test" }
connections:
  - { name: default, urls: ["${natsUrl}"] }
  - { name: private, urls: ["${natsUrl}"], namespaces: [elsewhere] }
  - { name: nowhere, urls: ["nats://127.0.0.1:1"] }
${more.map((line) => `  - ${line}\n`).join('')}`;
}

/** The whole operator, in this process. */
export function runTestOperator(settings: OperatorSettings, signal: AbortSignal, log: string[] = []): Promise<string> {
  const { kubeconfig, natsUrl, clusterId = 'cluster-one', clock = systemClock, wrapApi } = settings;
  const { connections, leaderElection = false, wrapDeps = (deps: ControllerDeps) => deps } = settings;
  return runOperator(
    {
      endpoint: loadEndpoint(kubeconfig),
      config: parseConfig(configText(natsUrl, clusterId, connections)),
      port: 0,
      clock,
      log: createLogger({ name: 'operator', level: 'debug', destination: { write: (line) => void log.push(line) } }),
      controllers: (deps) => [createStreamJobController(wrapDeps(deps))],
      ...(leaderElection
        ? {
            leaderElection: {
              namespace: 'streamjob-system',
              name: 'streamjob-operator',
              identity: `test-${process.pid}`,
            },
          }
        : {}),
      ...(wrapApi === undefined ? {} : { wrapApi }),
    },
    signal,
  );
}

export function startOperator(settings: OperatorSettings): RunningOperator {
  const stop = new AbortController();
  const log: string[] = [];
  const ended = runTestOperator(settings, stop.signal, log);
  // The failure is told by stop(), which every test calls.
  ended.catch(() => undefined);
  return {
    log,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}
