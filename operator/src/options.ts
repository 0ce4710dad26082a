import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { LOG_LEVELS, type LogLevel } from '@streamjob/telemetry';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError, parseConfig } from './config/load.ts';
import { type OperatorConfig } from './config/schema.ts';

export type Options = {
  readonly config: OperatorConfig;
  readonly logLevel: LogLevel;
  /** Absent: this process always leads. */
  readonly leaderElection?: { readonly namespace: string; readonly name: string; readonly identity: string };
  readonly port: number;
  /** Absent: $KUBECONFIG, ~/.kube/config or the pod's service account. */
  readonly kubeconfig?: string;
};

type Flags = {
  config: string;
  logLevel: LogLevel;
  leaderElection: boolean;
  leaseNamespace: string;
  leaseName: string;
  identity: string;
  port: number;
  kubeconfig?: string;
};

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/**
 * Reads flags and the configuration file. Throws a CommanderError for wrong flags and for --help (both printed already),
 * and a ConfigError for the file.
 */
export function readOptions(argv: readonly string[]): Options {
  const flags = createCommand().parse(argv).opts<Flags>();
  const { leaseNamespace: namespace, leaseName: name, identity } = flags;
  return {
    config: readConfig(flags.config),
    logLevel: flags.logLevel,
    port: flags.port,
    ...(flags.leaderElection ? { leaderElection: { namespace, name, identity } } : {}),
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
  };
}

function createCommand(): Command {
  return new Command('streamjob-operator')
    .description('Runs StreamJobs as Deployments of NATS JetStream workers.')
    .requiredOption('--config <file>', 'configuration file (YAML): connections, namespaces, the worker image')
    .addOption(new Option('--log-level <level>', 'least level to log').choices(LOG_LEVELS).default('info'))
    .option('--no-leader-election', 'lead at once: only for a single process')
    .addOption(
      new Option('--lease-namespace <namespace>', 'namespace of the Lease').default(ownNamespace(), "the pod's own"),
    )
    .option('--lease-name <name>', 'name of the Lease', 'streamjob-operator')
    .addOption(
      new Option('--identity <text>', 'name in the Lease, never the same for two processes').default(
        ownIdentity(),
        'host name and a random part',
      ),
    )
    .option('--port <number>', 'port of /livez and /readyz', parsePort, 8080)
    .option('--kubeconfig <file>', 'for running outside a cluster')
    .exitOverride();
}

function ownNamespace(): string {
  return existsSync(NAMESPACE_FILE) ? readFileSync(NAMESPACE_FILE, 'utf8').trim() : 'default';
}

/** A pod that restarts keeps its host name, but is another process. */
function ownIdentity(): string {
  return `${hostname()}_${randomUUID()}`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('must be 0 to 65535');
  return port;
}

function readConfig(path: string): OperatorConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`--config: ${path} can't be read`, { cause: error });
  }
  return parseConfig(text);
}
