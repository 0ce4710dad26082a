import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '../binaries/index.ts';
import { Fatal, poll } from '../process/poll.ts';
import { freePorts } from '../process/ports.ts';
import { type ServerProcess, startServer } from '../process/server.ts';
import { type NatsSettings, renderConfig } from './config.ts';

export interface NatsOptions {
  /** More configuration, in the server's own syntax: `authorization { … }`, `tls { … }`, `max_payload: 64KB`. */
  readonly config?: string;
  /** Whether the server has JetStream; true unless told otherwise. */
  readonly jetstream?: boolean;
  /** Where JetStream keeps its files; a temporary folder unless told otherwise. */
  readonly storeDir?: string;
  /** The client port; a free one unless told otherwise. */
  readonly port?: number;
}

export interface NatsServer {
  readonly name: string;
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>`, with /healthz, /varz, /jsz. */
  readonly monitorUrl: string;
  readonly storeDir: string;
  readonly logPath: string;
  /** The process of now; it changes with a restart. */
  pid(): number;
  /** Sends a signal and, when it is SIGKILL, waits until the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts the server again on its ports and files, and waits until it is healthy. `config` replaces what was added. */
  restart(config?: string): Promise<void>;
  /** Ends the server and removes the files that it made. */
  stop(): Promise<void>;
}

const HEALTHY_TIMEOUT_MS = 30_000;

/** Starts one nats-server on free ports and waits until it is healthy. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const dir = mkdtempSync(join(tmpdir(), 'streamjob-nats-'));
  const [free = 0, monitor = 0] = await freePorts(2);
  const storeDir = options.storeDir ?? join(dir, 'store');
  const server = createServer(dir, storeDir, {
    name: 'nats-0',
    ports: { client: options.port ?? free, monitor },
    ...(options.jetstream === false ? {} : { storeDir }),
    extra: options.config ?? '',
  });
  await startAll([server]);
  return server;
}

/** Starts `size` servers that form one JetStream cluster, and waits until it has a leader that all of them know. */
export async function startNatsCluster(size = 3, options: Pick<NatsOptions, 'config'> = {}): Promise<NatsServer[]> {
  const routes = await freePorts(size * 3);
  const routePorts = routes.slice(0, size);
  const servers = routePorts.map((route, index) => {
    const dir = mkdtempSync(join(tmpdir(), 'streamjob-nats-'));
    const storeDir = join(dir, 'store');
    const [client = 0, monitor = 0] = routes.slice(size + index * 2);
    return createServer(dir, storeDir, {
      name: `nats-${index}`,
      ports: { client, monitor, route },
      storeDir,
      routes: routePorts,
      extra: options.config ?? '',
    });
  });
  await startAll(servers);
  return servers;
}

async function startAll(servers: readonly NatsServer[]): Promise<void> {
  const started = await Promise.allSettled(servers.map((server) => server.restart()));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed === undefined) return;
  await Promise.allSettled(servers.map((server) => server.stop()));
  throw failed.reason;
}

/** A server that was not started yet: restart() starts it. */
function createServer(dir: string, storeDir: string, settings: NatsSettings): NatsServer {
  const { name, ports } = settings;
  const configPath = join(dir, 'nats.conf');
  const logPath = join(dir, 'nats.log');
  const monitorUrl = `http://127.0.0.1:${ports.monitor}`;
  let extra = settings.extra ?? '';
  let running: ServerProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running?.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await running?.stop();
  };
  return {
    name,
    url: `nats://127.0.0.1:${ports.client}`,
    port: ports.client,
    monitorUrl,
    storeDir,
    logPath,
    pid: () => running?.pid ?? -1,
    kill: end,
    restart: async (config) => {
      await end('SIGTERM');
      extra = config ?? extra;
      mkdirSync(storeDir, { recursive: true });
      writeFileSync(configPath, renderConfig({ ...settings, extra }), { mode: 0o600 });
      running = startServer(binaryPath('nats-server'), ['-c', configPath], logPath);
      await untilHealthy(running, monitorUrl);
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(server: ServerProcess, monitorUrl: string): Promise<void> {
  const healthy = async (): Promise<boolean> => {
    if (server.exitCode() !== undefined) {
      throw new Fatal(new Error(`nats-server ended (${server.exitCode()}):\n${server.lastWords()}`));
    }
    const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(1000) });
    return response.ok;
  };
  await poll('nats-server is healthy', healthy, { timeoutMs: HEALTHY_TIMEOUT_MS, everyMs: 25 });
}
