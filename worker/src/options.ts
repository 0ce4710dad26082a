import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { LOG_LEVELS, type LogLevel } from '@streamjob/telemetry';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { withHttpOptions, type HttpOptions } from './http-options.ts';

export type WorkerOptions = HttpOptions & {
  /** File that holds the manifest, YAML or JSON. */
  readonly job: string;
  readonly nats: readonly string[];
  readonly natsCaFile?: string;
  readonly natsCredentialsDir?: string;
  readonly natsTlsServerName?: string;
  /** Absent: the worker makes sure of its own durable consumer. */
  readonly consumer?: string;
  /** Absent: derived from the cluster id and the job's name, so that it stays the same. */
  readonly uid?: string;
  readonly clusterId: string;
  /** Absent: the hash of the manifest. */
  readonly revision?: string;
  /** Absent: there is nowhere to put dead letters. */
  readonly deadLetterStream?: string;
  readonly deadLetterSubject: string;
  /** RFC 3339. */
  readonly acceptSourceCreated?: string;
  /** Absent: no HTTP. */
  readonly port?: number;
  readonly stateDir: string;
  readonly secretsDir?: string;
  readonly modulesDir?: string;
  readonly logLevel: LogLevel;
};

/** Wrong arguments or a wrong manifest: nothing that another try would cure. `exitCode` 0 after `--help`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

const EXAMPLE = `
Example:
  worker --job job.yaml --nats nats://127.0.0.1:4222 --dead-letter-stream DEADLETTERS

worker dead-letters --help tells how to list, show, replay and delete dead letters.

Exit codes: 0 drained and stopped, 1 failed, 2 wrong arguments or a wrong manifest.`;

/** Parses the arguments that follow the program's name. Throws UsageError; `write` gets the text of --help. */
export function parseOptions(args: readonly string[], write: (text: string) => void): WorkerOptions {
  const command = describeCommand().exitOverride();
  command.configureOutput({ writeOut: write, writeErr: () => undefined });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(cure(error), error.exitCode === 0 ? 0 : 2);
    throw error;
  }
  return command.opts<WorkerOptions>();
}

function describeCommand(): Command {
  return withHttpOptions(
    new Command('worker')
      .description('Runs one StreamJob: reads its stream, runs its steps, emits to its sinks.')
      .requiredOption('--job <file>', 'manifest of the StreamJob, YAML or JSON')
      .requiredOption('--nats <urls>', 'NATS servers, separated by commas', parseUrls)
      .option('--nats-ca-file <file>', 'PEM bundle of the authorities that servers are checked against')
      .option(
        '--nats-credentials-dir <dir>',
        'directory with nats.creds, nkey, token, username and password, or tls.crt and tls.key',
      )
      .option('--nats-tls-server-name <name>', "name that the servers' certificate must be for")
      .option('--consumer <name>', 'durable consumer to read; absent: the worker makes sure of one of its own')
      .option('--uid <uid>', 'UID of the job, part of the ids of its results; absent: derived from its name')
      .option('--cluster-id <id>', 'tells jobs of one name in several clusters apart', 'local')
      .option('--revision <hash>', "revision that progress and dead letters carry; absent: the manifest's hash")
      .option('--dead-letter-stream <name>', 'stream of the dead letters; absent: messages due for it are held')
      .option(
        '--dead-letter-subject <prefix>',
        'what the subjects of dead letters start with',
        parsePrefix,
        'deadletters',
      )
      .option(
        '--accept-source-created <time>',
        'go on although the source stream was created anew at this time',
        parseTime,
      )
      .option('--port <number>', 'serve /livez, /readyz and /progress on this port; absent: no HTTP', parsePort)
      .option('--state-dir <dir>', 'directory for what must outlive a crash', defaultStateDir())
      .option('--secrets-dir <dir>', 'directory with a folder for each Secret that steps name')
      .option('--modules-dir <dir>', 'directory with a folder for each ConfigMap that code steps name')
      .addOption(new Option('--log-level <level>', 'least level to log').choices(LOG_LEVELS).default('info'))
      .addHelpText('after', EXAMPLE)
      .allowExcessArguments(false),
  );
}

function cure(error: CommanderError): string {
  return `${error.message.replace(/^error: /, '')} (worker --help tells all options)`;
}

/** Addresses of NATS servers, separated by commas. Throws InvalidArgumentError. */
export function parseUrls(text: string): readonly string[] {
  const urls = text.split(',').map((url) => url.trim());
  if (urls.some((url) => url === ''))
    throw new InvalidArgumentError('Give one address or several, such as nats://host:4222.');
  return urls;
}

/** Literal tokens that subjects start with. Throws InvalidArgumentError. */
export function parsePrefix(text: string): string {
  const tokens = text.split('.');
  if (tokens.every((token) => /^[A-Za-z0-9_-]+$/.test(token))) return text;
  throw new InvalidArgumentError('Give tokens of letters, digits, - and _, with dots between them.');
}

function parseTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Give an RFC 3339 time, such as 2026-01-31T12:00:00Z.');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a port number from 0 (any free one) to 65535.');
}

function defaultStateDir(): string {
  return join(tmpdir(), `streamjob-worker-${userInfo().uid}`);
}
